package dev.jarbor.api.status;

import dev.jarbor.api.value.ObjectValue;

/**
 * One of the things that were wrong with a request (metav1.StatusCause).
 *
 * @param reason what kind of fault it is, such as {@code FieldValueRequired}; "" where there is no word for it
 * @param message what a person reads
 * @param field the path of the field at fault, or "" where it is no field's
 */
public record Cause(String reason, String message, String field) {
    public static Cause of(FieldError error) {
        return new Cause(error.type().reason(), error.body(), error.field());
    }

    static Cause read(ObjectValue value) {
        return new Cause(value.string("reason"), value.string("message"), value.string("field"));
    }

    ObjectValue value() {
        var fields = ObjectValue.builder();
        ApiStatus.putFilled(fields, "reason", reason);
        ApiStatus.putFilled(fields, "message", message);
        ApiStatus.putFilled(fields, "field", field);
        return fields.build();
    }
}
