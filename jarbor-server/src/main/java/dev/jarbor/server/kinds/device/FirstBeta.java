package dev.jarbor.server.kinds.device;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.registry.Conversion;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How resource.k8s.io/v1beta1 looks: a request for devices has its fields beside its name, where later versions have them
 * under {@code exactly}, and a device has its own under {@code basic}, where later versions have them beside its name.
 */
public final class FirstBeta {
    private static final List<String> EXACT = List.of(
            "deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity");

    private FirstBeta() {}

    /** Of claims. */
    public static Conversion claims() {
        return conversion(
                object -> Edits.inside(object, "spec", spec -> eachRequest(spec, FirstBeta::flat)),
                object -> Edits.inside(object, "spec", spec -> eachRequest(spec, FirstBeta::nested)));
    }

    /** Of templates of claims. */
    public static Conversion templates() {
        Conversion claims = claims();
        return conversion(
                object -> Edits.inside(object, "spec", claims::fromStored),
                object -> Edits.inside(object, "spec", claims::toStored));
    }

    /** Of slices. */
    public static Conversion slices() {
        return conversion(
                object -> Edits.inside(object, "spec", spec -> Edits.each(spec, "devices", FirstBeta::basic)),
                object -> Edits.inside(object, "spec", spec -> Edits.each(spec, "devices", FirstBeta::plain)));
    }

    private static Conversion conversion(UnaryOperator<ObjectValue> from, UnaryOperator<ObjectValue> to) {
        return new Conversion() {
            @Override
            public ObjectValue fromStored(ObjectValue object) {
                return from.apply(object);
            }

            @Override
            public ObjectValue toStored(ObjectValue object) {
                return to.apply(object);
            }
        };
    }

    private static ObjectValue eachRequest(ObjectValue spec, UnaryOperator<ObjectValue> change) {
        return Edits.inside(spec, "devices", devices -> Edits.each(devices, "requests", change));
    }

    private static ObjectValue flat(ObjectValue request) {
        ObjectValue flat = request.without("exactly");
        for (String field : EXACT) {
            ObjectValue exactly = request.object("exactly");
            flat = exactly.has(field) ? flat.with(field, exactly.valueOrNull(field)) : flat;
        }
        return flat;
    }

    private static ObjectValue nested(ObjectValue request) {
        ObjectValue rest = request;
        ObjectValue exactly = ObjectValue.EMPTY;
        for (String field : EXACT) {
            if (request.has(field)) {
                exactly = exactly.with(field, request.valueOrNull(field));
                rest = rest.without(field);
            }
        }
        return exactly.isEmpty() ? rest : rest.with("exactly", exactly);
    }

    private static ObjectValue basic(ObjectValue device) {
        ObjectValue named = ObjectValue.EMPTY.with("name", device.valueOrNull("name"));
        return named.with("basic", device.without("name"));
    }

    private static ObjectValue plain(ObjectValue device) {
        ObjectValue plain = device.without("basic");
        ObjectValue basic = device.object("basic");
        for (int i = 0; i < basic.size(); i++) {
            plain = plain.with(basic.name(i), basic.value(i));
        }
        return plain;
    }
}
