package dev.jarbor.scheduler;

/** Where a pod goes. */
sealed interface Decision {
    /** To this node. */
    record Assign(String node) implements Decision {}

    /** Nowhere now; {@code message} counts the reasons as the reference's event does. */
    record Unschedulable(String message) implements Decision {}
}
