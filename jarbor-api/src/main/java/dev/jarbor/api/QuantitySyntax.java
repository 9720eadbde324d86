package dev.jarbor.api;

import dev.jarbor.api.Quantity.Format;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** Reads and prints quantities: the grammar, limits and canonical form of the reference's {@code resource.Quantity}. */
final class QuantitySyntax {
    private static final String FORMAT_WRONG =
            "quantities must match the regular expression" + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final String WRONG_NUMBER = "unable to parse numeric part of quantity";
    private static final String WRONG_SUFFIX = "unable to parse quantity's suffix";

    private static final String SUFFIX_LETTERS = "eEinumkKMGTP";
    private static final String DECIMAL_SUFFIXES = "num kMGTPE";
    private static final String BINARY_SUFFIXES = "KMGTPE";
    private static final int SMALLEST_EXPONENT = -9;
    private static final int LARGEST_EXPONENT = 18;
    private static final BigDecimal LARGEST_BINARY = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigInteger BIG_KIBI = BigInteger.valueOf(1024);

    /** Longer numbers cannot be meant, and printing a huge exponent in full would exhaust memory. */
    private static final int LONGEST = 512;

    private static final int FURTHEST_EXPONENT = 1000;

    /** A suffix's meaning: {@code base} to the power of {@code exponent}. */
    private record Suffix(Format format, int exponent) {}

    /** A quantity's text taken apart: digits before the point without leading zeros, digits after it, suffix. */
    private record Parts(boolean negative, String whole, String fraction, String suffix) {}

    private QuantitySyntax() {}

    static Quantity parse(String text) {
        if (text.isEmpty() || text.length() > LONGEST) {
            throw new IllegalArgumentException(FORMAT_WRONG);
        }
        Parts parts = split(text);
        Suffix suffix = suffix(parts.suffix);
        BigDecimal number = new BigDecimal("0" + parts.whole + "." + parts.fraction + "0");
        BigDecimal amount = suffix.format == Format.BINARY_SI
                ? number.multiply(BigDecimal.valueOf(2).pow(suffix.exponent))
                : number.scaleByPowerOfTen(suffix.exponent);
        if (amount.stripTrailingZeros().scale() > -SMALLEST_EXPONENT) {
            amount = amount.setScale(-SMALLEST_EXPONENT, RoundingMode.UP);
        }
        if (suffix.format == Format.BINARY_SI && amount.compareTo(LARGEST_BINARY) > 0) {
            amount = LARGEST_BINARY;
        }
        boolean belowOne = amount.signum() > 0 && amount.compareTo(BigDecimal.ONE) < 0;
        Format format = suffix.format == Format.BINARY_SI && belowOne ? Format.DECIMAL_SI : suffix.format;
        return Quantity.of(parts.negative ? amount.negate() : amount, format);
    }

    private static Parts split(String text) {
        int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int whole = start;
        while (whole < text.length() && text.charAt(whole) == '0') {
            whole++;
        }
        int wholeEnd = skipDigits(text, whole);
        int fractionStart = wholeEnd;
        int fractionEnd = wholeEnd;
        if (wholeEnd < text.length() && text.charAt(wholeEnd) == '.') {
            fractionStart = wholeEnd + 1;
            fractionEnd = skipDigits(text, fractionStart);
        }
        requireSuffixShape(text, fractionEnd);
        return new Parts(
                text.startsWith("-"),
                text.substring(whole, wholeEnd),
                text.substring(fractionStart, fractionEnd),
                text.substring(fractionEnd));
    }

    private static void requireSuffixShape(String text, int start) {
        int at = start;
        while (at < text.length() && SUFFIX_LETTERS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        if (skipDigits(text, at) < text.length()) {
            throw new IllegalArgumentException(FORMAT_WRONG);
        }
    }

    private static int skipDigits(String text, int start) {
        int at = start;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static Suffix suffix(String suffix) {
        if (suffix.isEmpty()) {
            return new Suffix(Format.DECIMAL_SI, 0);
        }
        char first = suffix.charAt(0);
        if (suffix.length() == 1 && first != ' ' && DECIMAL_SUFFIXES.indexOf(first) >= 0) {
            return new Suffix(Format.DECIMAL_SI, SMALLEST_EXPONENT + 3 * DECIMAL_SUFFIXES.indexOf(first));
        }
        if (suffix.length() == 2 && suffix.charAt(1) == 'i' && BINARY_SUFFIXES.indexOf(first) >= 0) {
            return new Suffix(Format.BINARY_SI, 10 * (BINARY_SUFFIXES.indexOf(first) + 1));
        }
        if (suffix.length() > 1 && (first == 'e' || first == 'E')) {
            return new Suffix(Format.DECIMAL_EXPONENT, exponent(suffix.substring(1)));
        }
        throw new IllegalArgumentException(WRONG_SUFFIX);
    }

    private static int exponent(String text) {
        try {
            int exponent = Integer.parseInt(text);
            if (Math.abs(exponent) <= FURTHEST_EXPONENT) {
                return exponent;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(WRONG_SUFFIX, notANumber);
        }
        throw new IllegalArgumentException(WRONG_NUMBER);
    }

    /** The canonical form of {@code amount} in the family {@code format}. */
    static String print(BigDecimal amount, Format format) {
        if (amount.signum() == 0) {
            return "0";
        }
        BigDecimal plain = amount.stripTrailingZeros();
        if (format == Format.BINARY_SI && plain.scale() <= 0 && plain.abs().compareTo(KIBI) >= 0) {
            return printBinary(plain.toBigIntegerExact());
        }
        return printDecimal(plain, format);
    }

    private static String printBinary(BigInteger amount) {
        BigInteger mantissa = amount;
        int suffix = -1;
        while (suffix < BINARY_SUFFIXES.length() - 1) {
            BigInteger[] parts = mantissa.divideAndRemainder(BIG_KIBI);
            if (parts[1].signum() != 0) {
                break;
            }
            mantissa = parts[0];
            suffix++;
        }
        return suffix < 0 ? mantissa.toString() : mantissa.toString() + BINARY_SUFFIXES.charAt(suffix) + "i";
    }

    private static String printDecimal(BigDecimal plain, Format format) {
        int exponent = 3 * Math.floorDiv(-plain.scale(), 3);
        boolean withSuffix = format != Format.DECIMAL_EXPONENT;
        if (withSuffix) {
            exponent = Math.min(exponent, LARGEST_EXPONENT);
        }
        String mantissa = plain.scaleByPowerOfTen(-exponent).toBigIntegerExact().toString();
        if (exponent == 0) {
            return mantissa;
        }
        return withSuffix
                ? mantissa + DECIMAL_SUFFIXES.charAt((exponent - SMALLEST_EXPONENT) / 3)
                : mantissa + "e" + exponent;
    }
}
