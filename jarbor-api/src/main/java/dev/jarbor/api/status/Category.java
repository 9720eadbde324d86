package dev.jarbor.api.status;

/** What a failed request means to whoever made it: the one thing to decide on before trying again. */
public enum Category {
    /** What was asked for does not exist. */
    NOT_FOUND,
    /** What was to be created is there already. */
    ALREADY_EXISTS,
    /** Somebody else changed the object first: read it again and decide anew. */
    CONFLICT,
    /** The revision asked for is no longer kept: list again. */
    GONE,
    /** The request is wrong in itself and will be tomorrow. */
    INVALID,
    /** Whoever asked may not have this. */
    DENIED,
    /** The same request may well succeed later: wait (as long as the status says, where it does) and repeat it. */
    RETRYABLE,
    /** None of these: repeating the request will not help. */
    OTHER
}
