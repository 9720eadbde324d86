package dev.jarbor.cel.device;

import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.program.Environment;
import dev.jarbor.cel.program.Program;
import dev.jarbor.cel.program.Variables;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.CostExceeded;
import dev.jarbor.cel.value.Meter;
import dev.jarbor.cel.value.TypeName;
import java.util.Map;

/**
 * An expression that selects devices. It sees {@code device}: its driver, and its attributes and capacities by domain and
 * name.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/resource-claim-v1/">CELDeviceSelector</a>
 */
public final class DeviceExpression {
    /** The most that one evaluation may cost. */
    public static final long MOST_COST = 1_000_000;

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

    /** The variables that there are, with their types. */
    public static final Map<String, DeclaredType> VARIABLES = Map.of("device", DEVICE);

    private static final Environment ENVIRONMENT = Environment.of(VARIABLES).withBindings();

    private final Program program;

    private DeviceExpression(Program program) {
        this.program = program;
    }

    /** A device is not selected and not passed over either: the expression has no answer for it. */
    public static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswerException(String message) {
            super(message, null, false, false);
        }

        /** Why, in one line. */
        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /** What the checker makes of {@code text}, whatever it comes to. */
    public static Compilation check(String text) {
        return ENVIRONMENT.compile(text);
    }

    /** @throws NoAnswerException when it does not compile */
    public static DeviceExpression of(String text) throws NoAnswerException {
        return switch (check(text)) {
            case Compilation.Refused(String why) -> throw new NoAnswerException("compilation failed: " + why);
            case Compilation.Compiled(Program program) -> new DeviceExpression(program);
        };
    }

    /**
     * Whether {@code device} is selected.
     *
     * @param driver its driver: the domain of what has no other
     * @throws NoAnswerException where that cannot be said, such as for an attribute that the device has not
     */
    public boolean selects(String driver, Device device) throws NoAnswerException {
        try {
            Object result = program.evaluate(
                    Variables.of(Map.of("device", DeviceValue.of(driver, device))), new Meter(MOST_COST));
            if (result instanceof Boolean selected) {
                return selected;
            }
            throw new NoAnswerException(
                    "CEL result of type " + TypeName.of(result).name() + " could not be converted to bool: type"
                            + " conversion error from '" + TypeName.of(result).name() + "' to 'bool'");
        } catch (CelException | CostExceeded failed) {
            throw new NoAnswerException(String.valueOf(failed.getMessage()));
        }
    }
}
