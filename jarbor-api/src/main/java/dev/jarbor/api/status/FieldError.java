package dev.jarbor.api.status;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with one field, in the reference's words (util/validation/field).
 *
 * @param type what kind of fault it is
 * @param field the field's path
 * @param shown the refused value as messages show it, or "" where they do not
 * @param detail what to do about it, or ""
 */
public record FieldError(Type type, String field, String shown, String detail) {

    /** The kinds of faults; {@link Type#reason} is what a status cause says. */
    public enum Type {
        NOT_FOUND("FieldValueNotFound", "Not found"),
        REQUIRED("FieldValueRequired", "Required value"),
        DUPLICATE("FieldValueDuplicate", "Duplicate value"),
        INVALID("FieldValueInvalid", "Invalid value"),
        NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value"),
        FORBIDDEN("FieldValueForbidden", "Forbidden"),
        TOO_LONG("FieldValueTooLong", "Too long"),
        TOO_SHORT("FieldValueTooShort", "Too short"),
        TOO_MANY("FieldValueTooMany", "Too many"),
        TOO_FEW("FieldValueTooFew", "Too few"),
        INTERNAL("InternalError", "Internal error"),
        TYPE_INVALID("FieldValueTypeInvalid", "Invalid value");

        private final String reason;
        private final String words;

        Type(String reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        public String reason() {
            return reason;
        }

        public String words() {
            return words;
        }
    }

    /** A value that must be given is not (an empty string, list or null counts as not given). */
    public static FieldError required(FieldPath field, String detail) {
        return new FieldError(Type.REQUIRED, field.toString(), "", detail);
    }

    /** A value that is malformed or out of bounds. */
    public static FieldError invalid(FieldPath field, String value, String detail) {
        return invalid(field, Value.of(value), detail);
    }

    /** A value that is malformed or out of bounds. */
    public static FieldError invalid(FieldPath field, long value, String detail) {
        return invalid(field, Value.of(value), detail);
    }

    /** A value that is malformed or out of bounds. */
    public static FieldError invalid(FieldPath field, Value value, String detail) {
        return new FieldError(Type.INVALID, field.toString(), shown(value), detail);
    }

    /** A value of a type that the schema does not have there. */
    public static FieldError typeInvalid(FieldPath field, Value value, String detail) {
        return new FieldError(Type.TYPE_INVALID, field.toString(), shown(value), detail);
    }

    /** A value that must be unique and is not. */
    public static FieldError duplicate(FieldPath field, String value) {
        return duplicate(field, Value.of(value));
    }

    /** A value that must be unique and is not. */
    public static FieldError duplicate(FieldPath field, Value value) {
        return new FieldError(Type.DUPLICATE, field.toString(), shown(value), "");
    }

    /** A value that refers to something which does not exist. */
    public static FieldError notFound(FieldPath field, Value value) {
        return new FieldError(Type.NOT_FOUND, field.toString(), shown(value), "");
    }

    /** A value that is well formed but not allowed as things stand. */
    public static FieldError forbidden(FieldPath field, String detail) {
        return new FieldError(Type.FORBIDDEN, field.toString(), "", detail);
    }

    /** A value that is none of {@code supported}, which are shown in the order given. */
    public static FieldError notSupported(FieldPath field, String value, List<String> supported) {
        return notSupported(field, Value.of(value), supported);
    }

    /** A value that is none of {@code supported}, which are shown in the order given. */
    public static FieldError notSupported(FieldPath field, Value value, List<String> supported) {
        String values = supported.stream().map(GoText::quote).collect(Collectors.joining(", "));
        return new FieldError(
                Type.NOT_SUPPORTED,
                field.toString(),
                shown(value),
                supported.isEmpty() ? "" : "supported values: " + values);
    }

    /** Text of more than {@code most} bytes. */
    public static FieldError tooLong(FieldPath field, int most) {
        return new FieldError(Type.TOO_LONG, field.toString(), "", "may not be more than " + counted(most, "byte"));
    }

    /** Text of more than {@code most} characters. */
    public static FieldError tooLongCharacters(FieldPath field, int most) {
        return new FieldError(
                Type.TOO_LONG, field.toString(), "", "may not be more than " + counted(most, "character"));
    }

    /** Text of fewer than {@code least} characters. */
    public static FieldError tooShort(FieldPath field, int least) {
        return new FieldError(Type.TOO_SHORT, field.toString(), "", "must be at least " + counted(least, "character"));
    }

    /** A list of {@code actual} items, which is more than {@code most}. */
    public static FieldError tooMany(FieldPath field, int actual, int most) {
        return new FieldError(
                Type.TOO_MANY,
                field.toString(),
                Integer.toString(actual),
                "must have at most " + counted(most, "item"));
    }

    /** A list of {@code actual} items, which is less than {@code least}. */
    public static FieldError tooFew(FieldPath field, int actual, int least) {
        return new FieldError(
                Type.TOO_FEW,
                field.toString(),
                Integer.toString(actual),
                "must have at least " + counted(least, "item"));
    }

    /** A fault that is not the user's. */
    public static FieldError internal(FieldPath field, String detail) {
        return new FieldError(Type.INTERNAL, field.toString(), "", detail);
    }

    /** The message without the field: {@code Invalid value: "x": must be y}. */
    public String body() {
        return type.words() + (shown.isEmpty() ? "" : ": " + shown) + (detail.isEmpty() ? "" : ": " + detail);
    }

    /** The message: {@code spec.x: Invalid value: "x": must be y}. */
    @Override
    public String toString() {
        return field + ": " + body();
    }

    /** All of {@code errors} in one text: the only one bare, several in brackets, none twice. */
    public static String aggregate(List<FieldError> errors) {
        var messages = errors.stream().map(FieldError::toString).distinct().toList();
        return messages.size() == 1 ? messages.getFirst() : "[" + String.join(", ", messages) + "]";
    }

    private static String shown(Value value) {
        return value instanceof StringValue(String text) ? GoText.quote(text) : Json.text(value);
    }

    private static String counted(int count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }
}
