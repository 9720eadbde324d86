package dev.jarbor.controllers.volumebinding;

import dev.jarbor.api.KubeObject;
import dev.jarbor.client.EventRecorder;

/** Something that the owner of a claim or volume is told by an event. */
record Note(boolean warning, String reason, String message) {
    static Note normal(String reason, String message) {
        return new Note(false, reason, message);
    }

    static Note warning(String reason, String message) {
        return new Note(true, reason, message);
    }

    void tell(EventRecorder events, KubeObject about) {
        if (warning) {
            events.warning(about, reason, message);
        } else {
            events.normal(about, reason, message);
        }
    }
}
