package dev.jarbor.node.runtime;

import java.time.Instant;

/** What a container uses: processor time so far in nanoseconds, and its working set in bytes. */
public record ContainerUsage(
        PodIdentity pod, String container, Instant at, long processorNanos, long workingSetBytes) {}
