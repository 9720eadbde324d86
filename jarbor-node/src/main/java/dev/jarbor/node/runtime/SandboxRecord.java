package dev.jarbor.node.runtime;

import java.time.Instant;
import java.util.List;

/**
 * A sandbox as the runtime shows it.
 *
 * @param attempt counts the sandboxes of one pod from 0
 * @param ready whether it runs
 * @param ips the pod's addresses; none for pods in the host's network
 */
public record SandboxRecord(
        String id, PodIdentity pod, int attempt, boolean ready, Instant createdAt, List<String> ips) {
    public SandboxRecord {
        ips = List.copyOf(ips);
    }
}
