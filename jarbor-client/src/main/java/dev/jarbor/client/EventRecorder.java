package dev.jarbor.client;

import dev.jarbor.api.KubeObject;

/**
 * Writes Kubernetes Events about objects, counting repeats of the same event on one object together as the reference's
 * recorder does. Recording never fails its caller and never blocks it.
 */
public interface EventRecorder {
    /** Records an event of type {@code Normal}. {@code reason} is CamelCase, {@code message} for people. */
    void normal(KubeObject about, String reason, String message);

    /** Records an event of type {@code Warning}. */
    void warning(KubeObject about, String reason, String message);

    /**
     * This recorder for events about a part of each object, such as {@code spec.containers{web}}: what the events of a
     * container carry as {@code involvedObject.fieldPath}.
     */
    EventRecorder at(String fieldPath);
}
