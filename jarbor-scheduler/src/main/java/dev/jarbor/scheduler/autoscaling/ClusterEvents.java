package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.client.EventRecorder;

/** Events about the whole cluster: they are about the ConfigMap with the autoscaler's status, where that is there. */
final class ClusterEvents {
    private final StatusMap status;
    private final EventRecorder events;

    ClusterEvents(StatusMap status, EventRecorder events) {
        this.status = status;
        this.events = events;
    }

    void normal(String reason, String message) {
        status.find().ifPresent(map -> events.normal(map, reason, message));
    }

    void warning(String reason, String message) {
        status.find().ifPresent(map -> events.warning(map, reason, message));
    }
}
