package dev.jarbor.server;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * What the server answers to a request that it did not refuse.
 *
 * @param code the HTTP status, 200 to 202
 * @param body the object, list or Status
 * @param warnings texts for the client's user, one {@code Warning} header each
 */
public record Answer(int code, ObjectValue body, List<String> warnings) {
    public static Answer ok(ObjectValue body) {
        return new Answer(200, body, List.of());
    }

    public static Answer created(ObjectValue body) {
        return new Answer(201, body, List.of());
    }

    /** The same with all that the call's user should know, where it does not say so already. */
    Answer warned(List<String> texts) {
        return warnings.isEmpty() && !texts.isEmpty() ? new Answer(code, body, texts) : this;
    }
}
