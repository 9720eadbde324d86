package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.device.DeviceExpression;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Program;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Texts;

/**
 * Whether the expressions that select devices can be used.
 *
 * @see DeviceExpression
 */
final class DeviceExpressions {
    private static final int MOST_SELECTORS = 32;
    private static final int LONGEST = 10 * 1024;

    private DeviceExpressions() {}

    /** @param stored whether the expressions are in the store already, and so have been found good before */
    static void selectors(ListValue selectors, boolean stored, FieldPath at, Checks checks) {
        Items.each(
                selectors,
                MOST_SELECTORS,
                (selector, here, more) -> selector(selector, stored, here, more),
                at,
                checks);
    }

    private static void selector(ObjectValue selector, boolean stored, FieldPath at, Checks checks) {
        if (!selector.has("cel")) {
            checks.required(at.child("cel"));
        } else if (!stored) {
            expression(selector.object("cel").string("expression"), at.child("cel", "expression"), checks);
        }
    }

    private static void expression(String text, FieldPath at, Checks checks) {
        if (Texts.bytes(text) > LONGEST) {
            checks.add(FieldError.tooLong(at, LONGEST));
            return;
        }
        switch (DeviceExpression.check(text)) {
            case Compilation.Refused(String why) -> checks.invalid(at, text, "compilation failed: " + why);
            case Compilation.Compiled(Program program) -> {
                String type = program.resultType();
                if (!type.equals("bool") && !type.equals("dyn")) {
                    checks.invalid(at, text, "must evaluate to bool or the unknown type, not " + type);
                } else if (program.estimate(DeviceExpression.VARIABLES) > DeviceExpression.MOST_COST) {
                    checks.forbidden(at, "too complex, exceeds cost limit");
                }
            }
        }
    }
}
