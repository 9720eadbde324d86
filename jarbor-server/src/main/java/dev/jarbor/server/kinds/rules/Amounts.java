package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** Amounts of several resources at once, by name. */
public final class Amounts {
    private Amounts() {}

    /** Whether {@code amount} has a part below one whole, looking no closer than at thousandths. */
    public static boolean isFractional(Quantity amount) {
        return amount.amount().scale() > 0 && amount.milliValue() % 1000 != 0;
    }

    public static Map<String, Quantity> read(ObjectValue amounts) {
        var read = new TreeMap<String, Quantity>();
        for (int i = 0; i < amounts.size(); i++) {
            read.put(amounts.name(i), Quantity.read(amounts.value(i)));
        }
        return read;
    }

    /** Rounds up to thousandths, the finest that the API keeps. */
    public static ObjectValue rounded(ObjectValue amounts) {
        ObjectValue rounded = amounts;
        for (int i = 0; i < amounts.size(); i++) {
            Quantity amount = Quantity.read(amounts.value(i));
            if (amount.amount().scale() > 3) {
                BigDecimal up = amount.amount().setScale(3, java.math.RoundingMode.UP);
                if (up.compareTo(amount.amount()) != 0) {
                    rounded = rounded.with(
                            amounts.name(i), Quantity.of(up, amount.format()).value());
                }
            }
        }
        return rounded;
    }
}
