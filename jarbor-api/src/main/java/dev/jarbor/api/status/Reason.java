package dev.jarbor.api.status;

import java.util.Arrays;

/**
 * Why a request failed, as a machine reads it, and the HTTP status that goes with it (metav1.StatusReason).
 *
 * @see <a href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md">API
 *     conventions, Response Status Kind</a>
 */
public enum Reason {
    /** None given, or one that the API does not define (webhooks may make up their own). */
    UNKNOWN("", 500, Category.OTHER),
    UNAUTHORIZED("Unauthorized", 401, Category.DENIED),
    FORBIDDEN("Forbidden", 403, Category.DENIED),
    NOT_FOUND("NotFound", 404, Category.NOT_FOUND),
    ALREADY_EXISTS("AlreadyExists", 409, Category.ALREADY_EXISTS),
    CONFLICT("Conflict", 409, Category.CONFLICT),
    GONE("Gone", 410, Category.GONE),
    EXPIRED("Expired", 410, Category.GONE),
    INVALID("Invalid", 422, Category.INVALID),
    BAD_REQUEST("BadRequest", 400, Category.INVALID),
    METHOD_NOT_ALLOWED("MethodNotAllowed", 405, Category.OTHER),
    NOT_ACCEPTABLE("NotAcceptable", 406, Category.OTHER),
    REQUEST_ENTITY_TOO_LARGE("RequestEntityTooLarge", 413, Category.INVALID),
    UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", 415, Category.OTHER),
    TOO_MANY_REQUESTS("TooManyRequests", 429, Category.RETRYABLE),
    INTERNAL_ERROR("InternalError", 500, Category.RETRYABLE),
    SERVER_TIMEOUT("ServerTimeout", 500, Category.RETRYABLE),
    STORE_READ_ERROR("StorageReadError", 500, Category.OTHER),
    SERVICE_UNAVAILABLE("ServiceUnavailable", 503, Category.RETRYABLE),
    TIMEOUT("Timeout", 504, Category.RETRYABLE);

    private final String text;
    private final int code;
    private final Category category;

    Reason(String text, int code, Category category) {
        this.text = text;
        this.code = code;
        this.category = category;
    }

    /** The reason that {@code text} spells, {@link #UNKNOWN} for what the API does not define. */
    public static Reason of(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.text.equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** How a Status spells it; "" for {@link #UNKNOWN}. */
    public String text() {
        return text;
    }

    /** The HTTP status code that it is answered with. */
    public int code() {
        return code;
    }

    public Category category() {
        return category;
    }
}
