package dev.jarbor.server.kinds.device;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Items;
import dev.jarbor.server.kinds.rules.ResourceNames;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * DeviceClasses: which devices belong together, and how their drivers are set up.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/device-class-v1/">DeviceClass</a>
 */
public final class DeviceClasses implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object.object("spec"), false, false);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        return check(spec, Same.at(old, spec, "selectors"), Same.at(old, spec, "config"));
    }

    private static List<FieldError> check(ObjectValue spec, boolean sameSelectors, boolean sameConfig) {
        var checks = new Checks();
        DeviceExpressions.selectors(spec.list("selectors"), sameSelectors, SPEC.child("selectors"), checks);
        Items.each(
                spec.list("config"),
                DeviceRequests.MOST,
                (config, here, more) -> DeviceSettings.check(config, sameConfig, here, more),
                SPEC.child("config"),
                checks);
        String extended = spec.string("extendedResourceName");
        if (spec.has("extendedResourceName") && !ResourceNames.isExtended(extended)) {
            checks.invalid(SPEC.child("extendedResourceName"), extended, "must be a valid extended resource name");
        }
        return checks.errors();
    }
}
