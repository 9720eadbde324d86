package dev.jarbor.api.codec;

import java.util.Comparator;

/**
 * The order of keys in printed YAML: runs of digits compare as numbers, so that {@code item2} comes before {@code
 * item10}; digits come after signs and before letters. That is go-yaml's order, except where go-yaml's contradicts
 * itself: it has {@code 100 < 1a < 2 < 100}.
 */
final class NaturalOrder implements Comparator<String> {
    static final NaturalOrder INSTANCE = new NaturalOrder();

    private NaturalOrder() {}

    @Override
    public int compare(String left, String right) {
        int i = 0;
        int j = 0;
        while (i < left.length() && j < right.length()) {
            int order;
            if (isDigit(left.charAt(i)) && isDigit(right.charAt(j))) {
                String a = digits(left, i);
                String b = digits(right, j);
                order = compareNumbers(a, b);
                i += a.length();
                j += b.length();
            } else {
                order = compareSigns(left.charAt(i++), right.charAt(j++));
            }
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length() - i, right.length() - j);
    }

    /** By value, and by length where only leading zeros differ. */
    private static int compareNumbers(String left, String right) {
        String a = left.substring(zeros(left));
        String b = right.substring(zeros(right));
        if (a.length() != b.length()) {
            return Integer.compare(a.length(), b.length());
        }
        int byValue = a.compareTo(b);
        return byValue != 0 ? byValue : Integer.compare(left.length(), right.length());
    }

    private static int compareSigns(char left, char right) {
        int byRank = Integer.compare(rank(left), rank(right));
        return byRank != 0 ? byRank : Character.compare(left, right);
    }

    private static int rank(char c) {
        return Character.isLetter(c) ? 2 : isDigit(c) ? 1 : 0;
    }

    private static int zeros(String digits) {
        int count = 0;
        while (count < digits.length() && digits.charAt(count) == '0') {
            count++;
        }
        return count;
    }

    private static String digits(String text, int from) {
        int end = from;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        return text.substring(from, end);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
