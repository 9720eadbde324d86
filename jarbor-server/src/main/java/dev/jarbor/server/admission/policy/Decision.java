package dev.jarbor.server.admission.policy;

import java.time.Duration;

/** What a policy says about one request. */
sealed interface Decision {
    /**
     * Something does not hold, or cannot be evaluated; the binding's actions say what follows.
     *
     * @param index which of the policy's validations
     * @param reason of the refusal; "" for Invalid
     * @param check how that was found out
     */
    record Denied(int index, String message, String reason, Check check) implements Decision {}

    /** Something cannot be evaluated, and that does not matter. */
    record Passed(Check check) implements Decision {}

    /**
     * The evaluation of one expression.
     *
     * @param error {@code no_error}, {@code compile_error}, {@code invalid_error} or {@code out_of_budget}
     */
    record Check(String error, Duration took) {}

    /** Something that refuses the request whatever the binding's actions are. */
    record Unfit(String message) implements Decision {}

    /** Something for the audit log. */
    record Annotation(String key, String value) implements Decision {}
}
