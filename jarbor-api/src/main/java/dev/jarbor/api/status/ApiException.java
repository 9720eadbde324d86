package dev.jarbor.api.status;

import dev.jarbor.api.Kind;
import dev.jarbor.api.codec.GoText;
import java.util.List;

/**
 * A request that the API did not carry out. It carries the status that clients see; the factories speak the reference's
 * words (k8s.io/apimachinery, api/errors), because clients match on them.
 */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient ApiStatus status;

    public ApiException(ApiStatus status) {
        super(status.message());
        this.status = status;
    }

    public ApiException(ApiStatus status, Throwable cause) {
        super(status.message(), cause);
        this.status = status;
    }

    private static ApiException of(Reason reason, String message, Details details) {
        return new ApiException(ApiStatus.failure(reason, message, details));
    }

    public ApiStatus status() {
        return status;
    }

    public Category category() {
        return status.category();
    }

    /** Whether the same request may succeed later. */
    public boolean isRetryable() {
        return category() == Category.RETRYABLE;
    }

    /** Whether somebody else changed the object first. */
    public boolean isConflict() {
        return category() == Category.CONFLICT;
    }

    /** Whether the revision asked for is no longer kept. */
    public boolean isGone() {
        return category() == Category.GONE;
    }

    public boolean isNotFound() {
        return category() == Category.NOT_FOUND;
    }

    public boolean isAlreadyExists() {
        return category() == Category.ALREADY_EXISTS;
    }

    /** Whether nothing can be made any more because the namespace is being deleted; that is no failure of anybody. */
    public boolean isNamespaceTerminating() {
        return status.details().causes().stream()
                .anyMatch(cause -> cause.reason().equals("NamespaceTerminating"));
    }

    /** {@code pods "x" not found}. */
    public static ApiException notFound(GroupResource resource, String name) {
        return of(Reason.NOT_FOUND, named(resource, name) + " not found", Details.of(resource, name));
    }

    /** {@code pods "x" not found}. */
    public static ApiException notFound(Kind<?> kind, String name) {
        return notFound(GroupResource.of(kind), name);
    }

    /** For a path that no resource is served at. */
    public static ApiException unknownResource() {
        return of(Reason.NOT_FOUND, "the server could not find the requested resource", Details.NONE);
    }

    /** {@code pods "x" already exists}. */
    public static ApiException alreadyExists(GroupResource resource, String name) {
        return of(Reason.ALREADY_EXISTS, named(resource, name) + " already exists", Details.of(resource, name));
    }

    /** {@code pods "x" already exists}. */
    public static ApiException alreadyExists(Kind<?> kind, String name) {
        return alreadyExists(GroupResource.of(kind), name);
    }

    /** For a generated name that was taken; the client asks again for another one. */
    public static ApiException generatedNameTaken(GroupResource resource, String name) {
        return of(
                Reason.ALREADY_EXISTS,
                named(resource, name)
                        + " already exists, the server was not able to generate a unique name for the object",
                Details.of(resource, name).withRetryAfterSeconds(1));
    }

    /** The object is not what the writer thought it was: its resource version has moved on. */
    public static ApiException conflict(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** The object is not what the writer thought it was: its resource version has moved on. */
    public static ApiException conflict(Kind<?> kind, String name) {
        return conflict(GroupResource.of(kind), name);
    }

    /** {@code Operation cannot be fulfilled on pods "x": why}. */
    public static ApiException conflict(GroupResource resource, String name, String why) {
        return of(
                Reason.CONFLICT,
                "Operation cannot be fulfilled on " + named(resource, name) + ": " + why,
                Details.of(resource, name));
    }

    /** Fields of a server-side apply that other managers own, one cause for each. */
    public static ApiException applyConflict(String message, List<Cause> causes) {
        return of(Reason.CONFLICT, message, Details.NONE.withCauses(causes));
    }

    /** {@code Pod "x" is invalid: spec.containers: Required value}, several errors in brackets. */
    public static ApiException invalid(GroupKind kind, String name, List<FieldError> errors) {
        return of(
                Reason.INVALID,
                kind + " " + GoText.quote(name) + " is invalid"
                        + (errors.isEmpty() ? "" : ": " + FieldError.aggregate(errors)),
                Details.of(kind, name).withCauses(errors.stream().map(Cause::of).toList()));
    }

    /** {@code Pod "x" is invalid: spec.containers: Required value}, several errors in brackets. */
    public static ApiException invalid(Kind<?> kind, String name, List<FieldError> errors) {
        return invalid(GroupKind.of(kind), name, errors);
    }

    /** {@code pods "x" is forbidden: why}; without a name {@code pods is forbidden: why}. */
    public static ApiException forbidden(GroupResource resource, String name, String why) {
        String subject;
        if (resource.equals(GroupResource.NONE)) {
            subject = "forbidden";
        } else {
            subject = (name.isEmpty() ? resource.toString() : named(resource, name)) + " is forbidden";
        }
        return of(Reason.FORBIDDEN, subject + ": " + why, Details.of(resource, name));
    }

    /** Nobody knows who asked. */
    public static ApiException unauthorized() {
        return of(Reason.UNAUTHORIZED, "Unauthorized", Details.NONE);
    }

    public static ApiException badRequest(String message) {
        return of(Reason.BAD_REQUEST, message, Details.NONE);
    }

    /** {@code update is not supported on resources of kind "bindings"}. */
    public static ApiException methodNotSupported(GroupResource resource, String action) {
        return of(
                Reason.METHOD_NOT_ALLOWED,
                action + " is not supported on resources of kind " + GoText.quote(resource.toString()),
                Details.of(resource, ""));
    }

    /** For an HTTP method that a path does not have. */
    public static ApiException methodNotAllowed() {
        return of(
                Reason.METHOD_NOT_ALLOWED,
                "the server does not allow this method on the requested resource",
                Details.NONE);
    }

    /** For an Accept header that names none of {@code offered}. */
    public static ApiException notAcceptable(List<String> offered) {
        return of(
                Reason.NOT_ACCEPTABLE,
                "only the following media types are accepted: " + String.join(", ", offered),
                Details.NONE);
    }

    /** For a body whose Content-Type is none of {@code accepted}. */
    public static ApiException unsupportedMediaType(List<String> accepted) {
        return of(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: "
                        + String.join(", ", accepted),
                Details.NONE);
    }

    /** A revision that is no longer kept: {@code too old resource version: 1 (5)}. */
    public static ApiException tooOldResourceVersion(long asked, long oldest) {
        return expired("too old resource version: " + asked + " (" + oldest + ")");
    }

    /** The revision or continue token asked for is no longer kept. */
    public static ApiException expired(String message) {
        return of(Reason.EXPIRED, message, Details.NONE);
    }

    /** A revision that has not come yet: {@code Too large resource version: 9, current: 5}. */
    public static ApiException tooLargeResourceVersion(long asked, long current) {
        var cause = new Cause("ResourceVersionTooLarge", "Too large resource version", "");
        return of(
                Reason.TIMEOUT,
                "Timeout: Too large resource version: " + asked + ", current: " + current,
                Details.NONE.withCauses(List.of(cause)).withRetryAfterSeconds(1));
    }

    /** The request took too long and may still be carried out. */
    public static ApiException timeout(String message) {
        return timeout(message, 0);
    }

    /** The request took too long and may still be carried out. */
    public static ApiException timeout(String message, int retryAfterSeconds) {
        return of(Reason.TIMEOUT, "Timeout: " + message, Details.NONE.withRetryAfterSeconds(retryAfterSeconds));
    }

    /** A passing fault of the server's; the client is to ask again. */
    public static ApiException serverTimeout(GroupResource resource, String operation, int retryAfterSeconds) {
        return of(
                Reason.SERVER_TIMEOUT,
                "The " + operation + " operation against " + resource
                        + " could not be completed at this time, please try again.",
                Details.of(resource, operation).withRetryAfterSeconds(retryAfterSeconds));
    }

    public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
        return of(Reason.TOO_MANY_REQUESTS, message, Details.NONE.withRetryAfterSeconds(retryAfterSeconds));
    }

    /** {@code Request entity too large: message}. */
    public static ApiException requestEntityTooLarge(String message) {
        return of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: " + message, Details.NONE);
    }

    public static ApiException serviceUnavailable(String message) {
        return of(Reason.SERVICE_UNAVAILABLE, message, Details.NONE);
    }

    /** {@code Internal error occurred: message}. */
    public static ApiException internalError(String message) {
        return of(
                Reason.INTERNAL_ERROR,
                "Internal error occurred: " + message,
                Details.NONE.withCauses(List.of(new Cause("", message, ""))));
    }

    /** {@code Internal error occurred: message}, keeping what went wrong. */
    public static ApiException internalError(Throwable cause) {
        ApiStatus status = internalError(String.valueOf(cause.getMessage())).status();
        return new ApiException(status, cause);
    }

    /** A body that was understood but cannot be applied; {@code why} is for the server's own eyes. */
    public static ApiException unprocessable(String why) {
        ApiStatus status = ApiStatus.failure(
                Reason.INVALID, "the server rejected our request due to an error in our request", Details.NONE);
        return new ApiException(status, new IllegalArgumentException(why));
    }

    /** A failure that the reference has no reason for: code 500 and only a message. */
    public static ApiException unknown(String message) {
        return of(Reason.UNKNOWN, message, Details.NONE);
    }

    private static String named(GroupResource resource, String name) {
        return resource + " " + GoText.quote(name);
    }
}
