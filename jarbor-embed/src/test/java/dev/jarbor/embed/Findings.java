package dev.jarbor.embed;

import java.util.Optional;

/** The first thing that does not hold, and since when. */
final class Findings {
    private String first = "";
    private long revision;

    /** What is found from now on is found at {@code moment}. */
    void at(Moment moment) {
        revision = moment.snapshot().revision();
    }

    void require(boolean holds, String what) {
        if (!holds && first.isEmpty()) {
            first = what + " at revision " + revision;
        }
    }

    Optional<String> first() {
        return first.isEmpty() ? Optional.empty() : Optional.of(first);
    }
}
