package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Probe;

/**
 * What one probe of one container instance has shown so far: a verdict changes only after as many equal answers in a row
 * as its threshold says (Kubernetes' successThreshold and failureThreshold; 1 and 3 where not set).
 */
public record ProbeState(Verdict verdict, int successesInARow, int failuresInARow) {
    public static final ProbeState NEW = new ProbeState(Verdict.UNKNOWN, 0, 0);

    /** What the answers amount to. */
    public enum Verdict {
        UNKNOWN,
        SUCCESS,
        FAILURE
    }

    public ProbeState after(boolean success, Probe probe) {
        int successes = success ? successesInARow + 1 : 0;
        int failures = success ? 0 : failuresInARow + 1;
        if (success && successes >= Math.max(1, probe.successThresholdOr(1))) {
            return new ProbeState(Verdict.SUCCESS, successes, 0);
        }
        if (!success && failures >= Math.max(1, probe.failureThresholdOr(3))) {
            return new ProbeState(Verdict.FAILURE, 0, failures);
        }
        return new ProbeState(verdict, successes, failures);
    }

    public boolean succeeded() {
        return verdict == Verdict.SUCCESS;
    }

    public boolean failed() {
        return verdict == Verdict.FAILURE;
    }
}
