package dev.jarbor.server.admission.podsecurity;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;

/** One control of a standard, in one of its revisions. */
interface Check {
    Optional<Violation> of(ObjectValue metadata, ObjectValue spec);

    /**
     * What a pod does that it should not.
     *
     * @param reason in a word or two, such as {@code host namespaces}
     * @param detail who does it and how
     */
    record Violation(String reason, String detail) {
        @Override
        public String toString() {
            return detail.isEmpty() ? reason : reason + " (" + detail + ")";
        }
    }

    static Optional<Violation> when(boolean violated, String reason, String detail) {
        return violated ? Optional.of(new Violation(reason, detail)) : Optional.empty();
    }

    /** {@code container "a"} or {@code containers "a", "b"}. */
    static String named(String word, List<String> names) {
        return word + (names.size() == 1 ? " " : "s ") + quoted(names);
    }

    static String quoted(List<String> names) {
        return "\"" + String.join("\", \"", names) + "\"";
    }
}
