package dev.jarbor.server.kinds.device;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Texts;

/** What only a driver understands: its settings for devices, and what it reports of them. */
final class DeviceSettings {
    private static final int MOST_BYTES = 10 * 1024;

    private DeviceSettings() {}

    /** @param stored whether it is in the store already; how large it is does not matter then */
    static void check(ObjectValue config, boolean stored, FieldPath at, Checks checks) {
        if (!config.has("opaque")) {
            checks.required(at.child("opaque"));
            return;
        }
        FieldPath here = at.child("opaque");
        ObjectValue opaque = config.object("opaque");
        DeviceNames.driver(opaque.string("driver"), here.child("driver"), checks);
        raw(opaque.valueOrNull("parameters"), stored, here.child("parameters"), checks);
    }

    /** Something that must be an object, of whatever shape. */
    static void raw(Value value, boolean stored, FieldPath at, Checks checks) {
        if (value instanceof NullValue) {
            checks.required(at);
        } else if (!stored && Texts.bytes(Json.text(value)) > MOST_BYTES) {
            checks.add(FieldError.tooLong(at, MOST_BYTES));
        } else if (!(value instanceof ObjectValue)) {
            checks.add(new FieldError(
                    FieldError.Type.INVALID, at.toString(), "\"<value omitted>\"", "must be a valid JSON object"));
        }
    }
}
