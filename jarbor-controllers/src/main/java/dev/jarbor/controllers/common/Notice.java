package dev.jarbor.controllers.common;

import dev.jarbor.api.KubeObject;
import dev.jarbor.client.EventRecorder;

/**
 * What a decision wants told of the object it was about: an event before anybody has written it.
 *
 * @param reason in CamelCase, as the reference has it
 * @param message for people
 */
public record Notice(boolean warning, String reason, String message) {
    public static Notice normal(String reason, String message) {
        return new Notice(false, reason, message);
    }

    public static Notice warning(String reason, String message) {
        return new Notice(true, reason, message);
    }

    /** Tells it of {@code about}. */
    public void tell(EventRecorder events, KubeObject about) {
        if (warning) {
            events.warning(about, reason, message);
        } else {
            events.normal(about, reason, message);
        }
    }
}
