package dev.jarbor.node.pod;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.node.runtime.ContainerRecord;

/**
 * A short mark of what a running container was made from, kept in its annotations: when the image in the pod changes the
 * container is made anew. Only the image counts, because nothing else of a container may change in place.
 */
public final class ContainerHash {
    /** The reference's own annotation. */
    public static final String ANNOTATION = "io.kubernetes.container.hash";

    private ContainerHash() {}

    public static String of(Container container) {
        return Integer.toHexString((container.name() + "\n" + container.image()).hashCode());
    }

    static boolean matches(Container container, ContainerRecord instance) {
        String mark = instance.annotation(ANNOTATION);
        return mark.isEmpty() || mark.equals(of(container));
    }
}
