package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Probe;
import java.util.Optional;

/** The three probes a container may have. */
public enum ProbeKind {
    STARTUP("Startup"),
    READINESS("Readiness"),
    LIVENESS("Liveness");

    private final String word;

    ProbeKind(String word) {
        this.word = word;
    }

    /** As the reference's events begin: {@code Liveness probe failed: …}. */
    public String word() {
        return word;
    }

    /** This probe of {@code container}, if it has one. */
    public Optional<Probe> of(Container container) {
        return switch (this) {
            case STARTUP -> container.hasStartupProbe() ? Optional.of(container.startupProbe()) : Optional.empty();
            case READINESS ->
                container.hasReadinessProbe() ? Optional.of(container.readinessProbe()) : Optional.empty();
            case LIVENESS -> container.hasLivenessProbe() ? Optional.of(container.livenessProbe()) : Optional.empty();
        };
    }
}
