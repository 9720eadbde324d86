package dev.jarbor.junit;

/** Goes with the failure of a test, suppressed, so that every runner and every log shows what its cluster tells. */
public final class ClusterReport extends Exception {
    private static final long serialVersionUID = 1L;

    ClusterReport(String text) {
        super(text, null, false, false);
    }
}
