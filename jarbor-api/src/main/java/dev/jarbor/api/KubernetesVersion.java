package dev.jarbor.api;

/** The Kubernetes version whose API this is: what {@code /version} says, and what the pinned client publishes. */
public final class KubernetesVersion {
    public static final String MAJOR = "1";
    public static final String MINOR = "36";
    public static final String GIT_VERSION = "v1.36.0";

    private KubernetesVersion() {}
}
