package dev.jarbor.api.names;

import java.util.function.IntPredicate;

/**
 * Words that start and end with one class of characters and have another between: what almost every Kubernetes name is.
 *
 * @param edge what the first and the last character are
 * @param inner what all others are
 */
record Words(IntPredicate edge, IntPredicate inner) {
    static final IntPredicate LOWER_OR_DIGIT = c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    static final IntPredicate LETTER_OR_DIGIT = LOWER_OR_DIGIT.or(c -> c >= 'A' && c <= 'Z');

    boolean matches(String text) {
        return matches(text, 0, text.length());
    }

    /** One or more words with a dot between each two. */
    boolean matchesDotted(String text) {
        return matchesDotted(text, false);
    }

    /** One or more words, each perhaps after one underscore, with a dot between each two. */
    boolean matchesDottedWithUnderscore(String text) {
        return matchesDotted(text, true);
    }

    private boolean matchesDotted(String text, boolean mayStartWithUnderscore) {
        int start = 0;
        while (true) {
            int dot = text.indexOf('.', start);
            int end = dot < 0 ? text.length() : dot;
            int word = mayStartWithUnderscore && start < end && text.charAt(start) == '_' ? start + 1 : start;
            if (!matches(text, word, end)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private boolean matches(String text, int start, int end) {
        if (start >= end || !edge.test(text.charAt(start)) || !edge.test(text.charAt(end - 1))) {
            return false;
        }
        for (int i = start + 1; i < end - 1; i++) {
            if (!inner.test(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
