package dev.jarbor.scheduler.plugins;

/**
 * Where on the way of a pod plugins have their say.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/scheduling-framework/#interfaces">Scheduling framework</a>
 */
public enum ExtensionPoint {
    PRE_FILTER("PreFilter"),
    FILTER("Filter"),
    POST_FILTER("PostFilter"),
    PRE_SCORE("PreScore"),
    SCORE("Score"),
    RESERVE("Reserve"),
    PRE_BIND("PreBind"),
    BIND("Bind");

    private final String label;

    ExtensionPoint(String label) {
        this.label = label;
    }

    /** How the reference calls it. */
    public String label() {
        return label;
    }
}
