package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * How far each page of a walk through sorted keys looks. etcd goes over all keys of a range to count them, however few it is to
 * return; if each page's range reached to the end of a million keys, etcd would go over every key thousands of times. So
 * a range reaches a few pages ahead, keys taken as numbers, and farther and farther where there was less than a page.
 */
final class Stride {
    /** Pages that a range is to hold, if keys go on as they were. */
    private static final int AHEAD = 4;
    /** Bytes of a key that count as a number; longer ones than any of ours. */
    private static final int WIDTH = 512;

    private final ByteString end;
    private @Nullable BigInteger length;

    /** @param end of the walk: what comes after the last key */
    Stride(ByteString end) {
        this.end = end;
    }

    /** The end of a range from {@code from}; after it, and not after the end of the walk. */
    ByteString reach(ByteString from) {
        if (length == null || from.size() > WIDTH) {
            return end;
        }
        BigInteger reached = number(from).add(length);
        return reached.compareTo(number(end)) < 0 ? key(reached) : end;
    }

    /** A page was full: the next ranges go by how near its keys were to each other. */
    void full(ByteString first, ByteString last) {
        length = number(last).subtract(number(first)).max(BigInteger.ONE).multiply(BigInteger.valueOf(AHEAD));
    }

    /** All that was in the range has come: the next one is longer. */
    void exhausted() {
        if (length != null) {
            length = length.multiply(BigInteger.valueOf(AHEAD));
        }
    }

    private static BigInteger number(ByteString key) {
        byte[] digits = new byte[WIDTH];
        key.substring(0, Math.min(key.size(), WIDTH)).copyTo(digits, 0);
        return new BigInteger(1, digits);
    }

    /** The shortest key of that number. */
    private static ByteString key(BigInteger number) {
        byte[] digits = number.toByteArray();
        int from = digits[0] == 0 ? 1 : 0;
        int padding = WIDTH - (digits.length - from);
        int last = digits.length;
        while (last > from && digits[last - 1] == 0) {
            last--;
        }
        byte[] key = new byte[padding + last - from];
        System.arraycopy(digits, from, key, padding, last - from);
        return ByteString.copyFrom(key);
    }
}
