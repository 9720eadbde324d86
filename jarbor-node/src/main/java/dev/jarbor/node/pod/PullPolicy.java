package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;

/** When an image is pulled (Kubernetes: Images, "Image pull policy"). */
public enum PullPolicy {
    ALWAYS,
    IF_NOT_PRESENT,
    NEVER;

    /** The policy the container names, or the default: Always for the tag latest or none, else IfNotPresent. */
    public static PullPolicy of(Container container) {
        return switch (container.imagePullPolicy()) {
            case "Always" -> ALWAYS;
            case "IfNotPresent" -> IF_NOT_PRESENT;
            case "Never" -> NEVER;
            default ->
                ImageName.parse(container.image())
                                .filter(name -> name.tag().equals("latest"))
                                .isPresent()
                        ? ALWAYS
                        : IF_NOT_PRESENT;
        };
    }
}
