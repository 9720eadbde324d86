package dev.jarbor.api;

import dev.jarbor.api.value.DecimalValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An exact amount of a resource, such as {@code 500m} or {@code 1Gi}, with the behaviour of the reference's {@code
 * resource.Quantity}: it remembers which family of suffixes it was written with and prints itself canonically in that
 * family, with no fraction and the largest suffix that keeps the amount exact. Amounts finer than a nano are rounded
 * away from zero. Two quantities are equal when their amounts are, however they are written.
 */
public final class Quantity implements Comparable<Quantity> {
    /** The families of suffixes. */
    public enum Format {
        /** {@code n u m k M G T P E}: powers of 1000. */
        DECIMAL_SI,
        /** {@code Ki Mi Gi Ti Pi Ei}: powers of 1024. */
        BINARY_SI,
        /** {@code e3}: powers of ten. */
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI, "0");

    private final BigDecimal amount;
    private final Format format;
    private final String text;

    Quantity(BigDecimal amount, Format format, String text) {
        this.amount = amount;
        this.format = format;
        this.text = text;
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException with the reference's words where it is malformed
     */
    public static Quantity parse(String text) {
        return QuantitySyntax.parse(text);
    }

    /** Reads the written form; empty where it is malformed. */
    public static Optional<Quantity> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    public static Quantity of(long amount) {
        return of(BigDecimal.valueOf(amount), Format.DECIMAL_SI);
    }

    public static Quantity of(long amount, Format format) {
        return of(BigDecimal.valueOf(amount), format);
    }

    public static Quantity ofMilli(long thousandths) {
        return of(BigDecimal.valueOf(thousandths, 3), Format.DECIMAL_SI);
    }

    public static Quantity of(BigDecimal amount, Format format) {
        return new Quantity(amount, format, QuantitySyntax.print(amount, format));
    }

    /** What a field holds; zero where it is absent or malformed. Bare numbers count as their text. */
    public static Quantity read(Value value) {
        return switch (value) {
            case StringValue(String text) -> tryParse(text).orElse(ZERO);
            case IntegerValue(long number) -> of(number);
            case DecimalValue(double number) ->
                tryParse(BigDecimal.valueOf(number).toPlainString()).orElse(ZERO);
            default -> ZERO;
        };
    }

    /** What stands in an object for it. */
    public StringValue value() {
        return Value.of(text);
    }

    public BigDecimal amount() {
        return amount;
    }

    public Format format() {
        return format;
    }

    /** The amount in whole units, rounded away from zero, at most what a long holds. */
    public long longValue() {
        return scaled(0);
    }

    /** The amount in thousandths, rounded away from zero, at most what a long holds. */
    public long milliValue() {
        return scaled(3);
    }

    public double doubleValue() {
        return amount.doubleValue();
    }

    private long scaled(int places) {
        BigInteger whole =
                amount.movePointRight(places).setScale(0, RoundingMode.UP).toBigInteger();
        if (whole.bitLength() < Long.SIZE) {
            return whole.longValue();
        }
        return whole.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    /** -1, 0 or 1. */
    public int signum() {
        return amount.signum();
    }

    /** The sum, in this quantity's format, or in the other's where this one is zero. */
    public Quantity add(Quantity other) {
        return of(amount.add(other.amount), isZero() ? other.format : format);
    }

    /** The difference, in this quantity's format, or in the other's where this one is zero. */
    public Quantity subtract(Quantity other) {
        return of(amount.subtract(other.amount), isZero() ? other.format : format);
    }

    public Quantity multiply(long factor) {
        return of(amount.multiply(BigDecimal.valueOf(factor)), format);
    }

    public Quantity negate() {
        return of(amount.negate(), format);
    }

    public Quantity max(Quantity other) {
        return compareTo(other) >= 0 ? this : other;
    }

    public Quantity min(Quantity other) {
        return compareTo(other) <= 0 ? this : other;
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return isZero() ? 0 : amount.stripTrailingZeros().hashCode();
    }

    /** The canonical written form. */
    @Override
    public String toString() {
        return text;
    }
}
