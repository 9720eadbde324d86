package dev.jarbor.node.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a runtime holds of one pod.
 *
 * @param sandboxes the newest first; more than one after the sandbox had to be made anew
 * @param containers the newest first, of all sandboxes
 */
public record PodRecord(PodIdentity pod, List<SandboxRecord> sandboxes, List<ContainerRecord> containers) {
    public PodRecord {
        sandboxes = sandboxes.stream()
                .sorted(Comparator.comparingInt(SandboxRecord::attempt)
                        .reversed()
                        .thenComparing(SandboxRecord::createdAt, Comparator.reverseOrder())
                        .thenComparing(SandboxRecord::id))
                .toList();
        containers = containers.stream()
                .sorted(Comparator.comparing(ContainerRecord::createdAt)
                        .thenComparingInt(ContainerRecord::attempt)
                        .reversed()
                        .thenComparing(ContainerRecord::name)
                        .thenComparing(ContainerRecord::id))
                .toList();
    }

    public static PodRecord none(String uid) {
        return new PodRecord(new PodIdentity("", "", uid), List.of(), List.of());
    }

    public boolean isEmpty() {
        return sandboxes.isEmpty() && containers.isEmpty();
    }

    /** The sandbox that counts: the newest. */
    public Optional<SandboxRecord> sandbox() {
        return sandboxes.stream().findFirst();
    }

    /** The sandbox that runs, if one does. */
    public Optional<SandboxRecord> readySandbox() {
        return sandbox().filter(SandboxRecord::ready);
    }

    /** The newest instance of the container called {@code name}. */
    public Optional<ContainerRecord> container(String name) {
        return containers.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** All instances of the container called {@code name}, the newest first. */
    public List<ContainerRecord> instances(String name) {
        return containers.stream().filter(one -> one.name().equals(name)).toList();
    }

    public boolean anythingRuns() {
        return sandboxes.stream().anyMatch(SandboxRecord::ready)
                || containers.stream().anyMatch(ContainerRecord::running);
    }
}
