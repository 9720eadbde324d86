package dev.jarbor.server.admission.policy;

/** What a policy says about one request. */
sealed interface Decision {
    /**
     * Something does not hold, or cannot be evaluated; the binding's actions say what follows.
     *
     * @param index which of the policy's validations
     * @param reason of the refusal; "" for Invalid
     */
    record Denied(int index, String message, String reason) implements Decision {}

    /** Something that refuses the request whatever the binding's actions are. */
    record Unfit(String message) implements Decision {}

    /** Something for the audit log. */
    record Annotation(String key, String value) implements Decision {}
}
