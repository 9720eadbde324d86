package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.value.ObjectValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * What becomes of a token that was made for an account without being asked for and that nobody uses: after a year it is
 * marked as invalid, after one more it goes (KEP-2799).
 *
 * @param today in UTC
 * @param trackedSince from which day on uses are noted
 */
record Disuse(LocalDate today, LocalDate trackedSince) {
    static final String LAST_USED = "kubernetes.io/legacy-token-last-used";
    static final String INVALID_SINCE = "kubernetes.io/legacy-token-invalid-since";

    private static final Period LONG = Period.ofDays(365);

    /** What is to be done about a Secret. */
    sealed interface Decision {}

    /** Nothing. */
    record Keep() implements Decision {}

    /** It becomes this, and its token counts no more. */
    record Invalidate(Secret secret) implements Decision {}

    /** It goes. */
    record Delete() implements Decision {}

    /**
     * @param madeUnasked whether the account refers to it, as only those do that were made with the account
     * @param mounted whether a pod uses it as a volume
     */
    Decision decide(Secret secret, boolean madeUnasked, boolean mounted) {
        LocalDate longAgo = today.minus(LONG);
        boolean isNew = created(secret).filter(day -> day.isBefore(longAgo)).isEmpty();
        // Of a use at a time that nobody can read it is not known how long ago it was.
        boolean used = secret.metadata().labels().containsKey(LAST_USED)
                && label(secret, LAST_USED).filter(day -> day.isBefore(longAgo)).isEmpty();
        if (!madeUnasked
                || mounted
                || isNew
                || used
                || !trackedSince.plusDays(1).isBefore(longAgo)) {
            return new Keep();
        }
        Optional<LocalDate> invalid = label(secret, INVALID_SINCE);
        if (invalid.isEmpty()) {
            return new Invalidate(new Secret(secret.value()
                    .update(
                            "metadata",
                            metadata -> metadata.update(
                                    "labels", labels -> labels.with(INVALID_SINCE, today.toString())))));
        }
        return invalid.get().isBefore(longAgo) ? new Delete() : new Keep();
    }

    private static Optional<LocalDate> created(Secret secret) {
        return Optional.of(secret.value().object("metadata").string("creationTimestamp"))
                .filter(text -> !text.isEmpty())
                .map(text -> LocalDate.ofInstant(Instant.parse(text), ZoneOffset.UTC));
    }

    private static Optional<LocalDate> label(Secret secret, String name) {
        return day(secret.value().object("metadata").object("labels").string(name));
    }

    static Optional<LocalDate> day(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(LocalDate.parse(text));
        } catch (DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /** The day from which on uses are noted, as the server's ConfigMap says it. */
    static Optional<LocalDate> trackedSince(ObjectValue configMap) {
        return day(configMap.object("data").string("since"));
    }
}
