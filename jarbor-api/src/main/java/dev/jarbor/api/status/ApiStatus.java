package dev.jarbor.api.status;

import dev.jarbor.api.value.ObjectValue;

/**
 * The API's answer where it is no object: mostly a failure, or that a deletion is done (metav1.Status).
 *
 * @param success whether it reports success
 * @param code the HTTP status code
 * @param reason why, as a machine reads it (usually a {@link Reason}'s text, but webhooks may make up their own)
 * @param message why, as a person reads it
 * @param details what it is about
 * @param continueToken with which a list that expired can be continued all the same; "" otherwise
 */
public record ApiStatus(
        boolean success, int code, String reason, String message, Details details, String continueToken) {
    public ApiStatus(boolean success, int code, String reason, String message, Details details) {
        this(success, code, reason, message, details, "");
    }

    public static ApiStatus failure(Reason reason, String message, Details details) {
        return new ApiStatus(false, reason.code(), reason.text(), message, details);
    }

    public static ApiStatus success(Details details) {
        return new ApiStatus(true, 200, "", "", details);
    }

    /** Reads a Status object; absent fields read as empty, and an absent code as that of its reason. */
    public static ApiStatus read(ObjectValue value) {
        String reason = value.string("reason");
        boolean success = value.string("status").equals("Success");
        int code = (int) value.integer("code");
        return new ApiStatus(
                success,
                code != 0 ? code : success ? 200 : Reason.of(reason).code(),
                reason,
                value.string("message"),
                Details.read(value.object("details")),
                value.object("metadata").string("continue"));
    }

    /** The same, with a token by which the client may go on. */
    public ApiStatus withContinue(String token) {
        return new ApiStatus(success, code, reason, message, details, token);
    }

    public Category category() {
        Reason known = Reason.of(reason);
        return known == Reason.UNKNOWN ? categoryOfCode() : known.category();
    }

    /** The Status object, ready to be encoded. */
    public ObjectValue value() {
        var fields = ObjectValue.builder()
                .put("kind", "Status")
                .put("apiVersion", "v1")
                .put(
                        "metadata",
                        continueToken.isEmpty() ? ObjectValue.EMPTY : ObjectValue.EMPTY.with("continue", continueToken))
                .put("status", success ? "Success" : "Failure");
        putFilled(fields, "message", message);
        putFilled(fields, "reason", reason);
        ObjectValue about = details.value();
        if (!about.isEmpty()) {
            fields.put("details", about);
        }
        return fields.put("code", code).build();
    }

    private Category categoryOfCode() {
        return switch (code) {
            case 404 -> Category.NOT_FOUND;
            case 409 -> Category.CONFLICT;
            case 410 -> Category.GONE;
            case 400, 413, 422 -> Category.INVALID;
            case 401, 403 -> Category.DENIED;
            case 429, 502, 503, 504 -> Category.RETRYABLE;
            default -> Category.OTHER;
        };
    }

    static void putFilled(ObjectValue.Builder fields, String name, String text) {
        if (!text.isEmpty()) {
            fields.put(name, text);
        }
    }
}
