package dev.jarbor.api.codec;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A double as the fewest decimal digits that read back as the same double, and Go's ways to print them.
 *
 * @param negative whether it has a minus sign (negative zero does)
 * @param digits the digits without leading or trailing zeros; "0" for zero
 * @param exponent the power of ten of the first digit
 */
record GoFloat(boolean negative, String digits, int exponent) {
    static GoFloat of(double number) {
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("json: unsupported value: " + number);
        }
        boolean negative = number < 0 || (number == 0 && 1 / number < 0);
        if (number == 0) {
            return new GoFloat(negative, "0", 0);
        }
        return of(negative, shortest(Math.abs(number)));
    }

    /** The digits that read back as the same float, which are fewer than those of the same number as a double. */
    static GoFloat ofFloat(float number) {
        return number == 0
                ? of(number)
                : of(number < 0, new BigDecimal(Float.toString(Math.abs(number))).stripTrailingZeros());
    }

    private static GoFloat of(boolean negative, BigDecimal digits) {
        return new GoFloat(negative, digits.unscaledValue().toString(), digits.precision() - digits.scale() - 1);
    }

    /** Double.toString gives the fewest digits, except that it never gives less than two. */
    private static BigDecimal shortest(double number) {
        var decimal = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        if (decimal.precision() != 2) {
            return decimal;
        }
        BigDecimal single =
                decimal.round(new MathContext(1, RoundingMode.HALF_EVEN)).stripTrailingZeros();
        return single.doubleValue() == number ? single : decimal;
    }

    /** As encoding/json prints a float64: an exponent only below 1e-6 and from 1e21 on. */
    String json() {
        if (exponent >= -6 && exponent < 21) {
            return plain();
        }
        return scientific(Integer.toString(Math.abs(exponent)), exponent < 0 ? "-" : "+");
    }

    /** As strconv's shortest format 'g' prints it: an exponent of two digits or more below 1e-4 and from 1e6 on. */
    String general() {
        if (exponent >= -4 && exponent < 6) {
            return plain();
        }
        String power = Integer.toString(Math.abs(exponent));
        return scientific(power.length() < 2 ? "0" + power : power, exponent < 0 ? "-" : "+");
    }

    private String plain() {
        String sign = negative ? "-" : "";
        if (exponent < 0) {
            return sign + "0." + "0".repeat(-exponent - 1) + digits;
        }
        int whole = exponent + 1;
        if (digits.length() <= whole) {
            return sign + digits + "0".repeat(whole - digits.length());
        }
        return sign + digits.substring(0, whole) + "." + digits.substring(whole);
    }

    private String scientific(String power, String powerSign) {
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        return (negative ? "-" : "") + digits.charAt(0) + fraction + "e" + powerSign + power;
    }
}
