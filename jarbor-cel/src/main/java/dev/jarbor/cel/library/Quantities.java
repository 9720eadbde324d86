package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.DOUBLE;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.QUANTITY;
import static dev.jarbor.cel.library.Types.STRING;

import dev.jarbor.api.Quantity;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Amounts of resources.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-quantity-library">quantity library</a>
 */
final class Quantities {
    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Quantities() {}

    /** A quantity; equal to others of the same amount. */
    private record Amount(Quantity quantity) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.Quantity";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Amount that && quantity.compareTo(that.quantity) == 0;
        }

        @Override
        public int hashCode() {
            return quantity.amount().stripTrailingZeros().hashCode();
        }

        @Override
        public String toString() {
            return quantity.toString();
        }
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("quantity", (a, meter) -> parse(Arguments.text(a, 0)))
                .global("string_to_quantity", QUANTITY, STRING)
                .build());
        all.add(Definition.of(
                        "isQuantity",
                        (a, meter) -> Quantity.tryParse(Arguments.text(a, 0)).isPresent())
                .global("is_quantity_string", BOOL, STRING)
                .build());
        all.add(Definition.of("sign", (a, meter) -> (long) amount(a, 0).signum())
                .member("quantity_sign", INT, QUANTITY)
                .build());
        all.add(Definition.of(
                        "isGreaterThan",
                        Amount.class,
                        (a, meter) -> amount(a, 0).compareTo(amount(a, 1)) > 0)
                .member("quantity_is_greater_than", BOOL, QUANTITY, QUANTITY)
                .build());
        all.add(Definition.of(
                        "isLessThan", Amount.class, (a, meter) -> amount(a, 0).compareTo(amount(a, 1)) < 0)
                .member("quantity_is_less_than", BOOL, QUANTITY, QUANTITY)
                .build());
        all.add(Definition.of("compareTo", Amount.class, (a, meter) ->
                        (long) Integer.signum(amount(a, 0).compareTo(amount(a, 1))))
                .member("quantity_compare_to", INT, QUANTITY, QUANTITY)
                .build());
        all.add(Definition.of("asApproximateFloat", (a, meter) -> amount(a, 0).doubleValue())
                .member("quantity_get_float", DOUBLE, QUANTITY)
                .build());
        all.add(Definition.of("asInteger", (a, meter) -> integer(amount(a, 0)))
                .member("quantity_get_int", INT, QUANTITY)
                .build());
        all.add(Definition.of("isInteger", (a, meter) -> isInteger(amount(a, 0)))
                .member("quantity_is_integer", BOOL, QUANTITY)
                .build());
        all.add(Definition.of("add", (a, meter) -> new Amount(amount(a, 0).add(second(a))))
                .member("quantity_add", QUANTITY, QUANTITY, QUANTITY)
                .member("quantity_add_int", QUANTITY, QUANTITY, INT)
                .build());
        all.add(Definition.of("sub", (a, meter) -> new Amount(amount(a, 0).subtract(second(a))))
                .member("quantity_sub", QUANTITY, QUANTITY, QUANTITY)
                .member("quantity_sub_int", QUANTITY, QUANTITY, INT)
                .build());
        return all;
    }

    static Object value(Quantity quantity) {
        return new Amount(quantity);
    }

    private static Amount parse(String text) {
        try {
            return new Amount(Quantity.parse(text));
        } catch (IllegalArgumentException malformed) {
            throw new CelException(String.valueOf(malformed.getMessage()));
        }
    }

    private static Quantity amount(Object[] arguments, int index) {
        return Arguments.of(Amount.class, arguments, index).quantity();
    }

    private static Quantity second(Object[] arguments) {
        return arguments[1] instanceof Long number ? Quantity.of(number) : amount(arguments, 1);
    }

    private static boolean isInteger(Quantity quantity) {
        BigDecimal amount = quantity.amount();
        return amount.stripTrailingZeros().scale() <= 0 && amount.compareTo(LEAST) >= 0 && amount.compareTo(MOST) <= 0;
    }

    private static long integer(Quantity quantity) {
        if (!isInteger(quantity)) {
            throw new CelException("cannot convert value to integer");
        }
        return quantity.amount().longValueExact();
    }
}
