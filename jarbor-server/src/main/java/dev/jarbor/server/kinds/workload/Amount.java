package dev.jarbor.server.kinds.workload;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/** A number of pods, or a percentage of them: an IntOrString. */
public final class Amount {
    private Amount() {}

    /** It must be a number that is not negative, or a percentage. */
    public static void check(Value amount, FieldPath at, Checks checks) {
        if (amount instanceof StringValue(String text)) {
            for (String problem : Names.percent(text)) {
                checks.invalid(at, amount, problem);
            }
        } else if (value(amount) < 0) {
            checks.invalid(at, value(amount), Checks.NEGATIVE);
        }
    }

    public static void atMostAll(Value amount, FieldPath at, Checks checks) {
        if (amount instanceof StringValue && value(amount) > 100) {
            checks.invalid(at, amount, "must not be greater than 100%");
        }
    }

    /** The number, with or without its percent sign; 0 where it is neither. */
    static long value(Value amount) {
        return switch (amount) {
            case IntegerValue(long number) -> number;
            case StringValue(String text) -> {
                List<String> problems = Names.percent(text);
                String digits = problems.isEmpty() ? text.substring(0, text.length() - 1) : text;
                try {
                    yield Long.parseLong(digits);
                } catch (NumberFormatException none) {
                    yield 0;
                }
            }
            default -> 0;
        };
    }
}
