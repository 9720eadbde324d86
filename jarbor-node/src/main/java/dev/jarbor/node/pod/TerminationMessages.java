package dev.jarbor.node.pod;

import dev.jarbor.node.runtime.ContainerRecord;

/** Reads what a container left to say when it ended ({@code terminationMessagePath}); "" for nothing. */
@FunctionalInterface
public interface TerminationMessages {
    TerminationMessages NONE = instance -> "";

    String of(ContainerRecord instance);
}
