package dev.jarbor.node.pod;

/** Names of what may be under way for a pod: the same thing is never started twice at once. */
public final class Operation {
    public static final String VOLUMES = "volumes";
    public static final String SANDBOX = "sandbox";
    public static final String CLEAN_UP = "clean-up";

    private Operation() {}

    public static String pull(String container) {
        return "pull " + container;
    }

    public static String start(String container) {
        return "start " + container;
    }

    public static String stop(String id) {
        return "stop " + id;
    }

    public static String remove(String id) {
        return "remove " + id;
    }
}
