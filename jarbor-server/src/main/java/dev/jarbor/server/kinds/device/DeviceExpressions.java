package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.Map;

/**
 * Expressions that select devices. They see {@code device}: its driver, and its attributes and capacities by domain and
 * name.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/resource-claim-v1/">CELDeviceSelector</a>
 */
final class DeviceExpressions {
    private static final int MOST_SELECTORS = 32;
    private static final int LONGEST = 10 * 1024;
    private static final long MOST_COST = 1_000_000;
    private static final long MOST_PER_DEVICE = 32;
    private static final long LONGEST_DOMAIN = 63;

    private static final DeclaredType DEVICE = DeclaredType.struct(
            "kubernetes.DRADevice",
            Map.of(
                    "driver",
                    DeclaredType.simple(DeclaredType.Kind.STRING, "string", 2, LONGEST_DOMAIN),
                    "attributes",
                    DeclaredType.map(DeclaredType.map(DeclaredType.DYN, MOST_PER_DEVICE), MOST_PER_DEVICE),
                    "capacity",
                    DeclaredType.map(
                            DeclaredType.map(DeclaredType.opaque("kubernetes.Quantity"), MOST_PER_DEVICE),
                            MOST_PER_DEVICE),
                    "allowMultipleAllocations",
                    DeclaredType.BOOL));
    private static final Map<String, DeclaredType> VARIABLES = Map.of("device", DEVICE);
    private static final Environment ENVIRONMENT = Environment.of(VARIABLES);

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
        switch (ENVIRONMENT.compile(text)) {
            case Compilation.Refused(String why) -> checks.invalid(at, text, "compilation failed: " + why);
            case Compilation.Compiled(Program program) -> {
                String type = program.resultType();
                if (!type.equals("bool") && !type.equals("dyn")) {
                    checks.invalid(at, text, "must evaluate to bool or the unknown type, not " + type);
                } else if (program.estimate(VARIABLES) > MOST_COST) {
                    checks.forbidden(at, "too complex, exceeds cost limit");
                }
            }
        }
    }
}
