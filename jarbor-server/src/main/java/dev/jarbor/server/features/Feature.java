package dev.jarbor.server.features;

/** The features that this server can do without. Every other gate stays as it is by default. */
public enum Feature {
    /** Answers are compressed for clients that take gzip. */
    API_RESPONSE_COMPRESSION("APIResponseCompression"),
    /** Acting as others may be confined to one kind of user and to certain requests (KEP-5284). */
    CONSTRAINED_IMPERSONATION("ConstrainedImpersonation"),
    /** Autoscalers with metrics that are not of pods may have none at times (KEP-2021). */
    HPA_SCALE_TO_ZERO("HPAScaleToZero"),
    /** MutatingAdmissionPolicies are heard. */
    MUTATING_ADMISSION_POLICY("MutatingAdmissionPolicy"),
    /** Pods that need what their node does not declare are refused (KEP-5328). */
    NODE_DECLARED_FEATURES("NodeDeclaredFeatures"),
    /** Pods know the zone of their node. */
    POD_TOPOLOGY_LABELS_ADMISSION("PodTopologyLabelsAdmission"),
    /** Watches may begin with all objects, up to a bookmark (KEP-3157). */
    WATCH_LIST("WatchList");

    private final String gate;

    Feature(String gate) {
        this.gate = gate;
    }

    /** The name of its gate. */
    public String gate() {
        return gate;
    }
}
