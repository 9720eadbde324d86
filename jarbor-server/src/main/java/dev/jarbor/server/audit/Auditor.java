package dev.jarbor.server.audit;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Attributes;
import java.util.List;

/** Begins the record of each request that the policy names. */
public final class Auditor implements AutoCloseable {
    private final AuditPolicy policy;
    private final List<AuditSink> sinks;
    private final Runtime runtime;

    public Auditor(AuditSettings settings, Runtime runtime) {
        this.policy = settings.policy();
        this.sinks = settings.sinks().stream().map(make -> make.apply(runtime)).toList();
        this.runtime = runtime;
    }

    /** Whether anything is recorded at all. */
    public boolean isOn() {
        return !sinks.isEmpty();
    }

    /**
     * The record of a request from now on; {@link AuditTrail#NONE} where nothing is to be recorded of it.
     *
     * @param asked what is asked, by the user as authenticated
     * @param arrival how the request came
     */
    public AuditTrail begin(Attributes asked, AuditTrail.Arrival arrival) {
        if (sinks.isEmpty()) {
            return AuditTrail.NONE;
        }
        return policy.rule(asked)
                .map(rule -> AuditTrail.begin(rule, asked, arrival, sinks, runtime))
                .orElse(AuditTrail.NONE);
    }

    @Override
    public void close() {
        sinks.forEach(AuditSink::close);
    }
}
