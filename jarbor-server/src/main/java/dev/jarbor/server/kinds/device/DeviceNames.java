package dev.jarbor.server.kinds.device;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.VolumeSources;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Items;
import java.util.List;
import java.util.regex.Pattern;

/** How drivers, pools, devices, attributes and what belongs to them are called. */
final class DeviceNames {
    private static final int LONGEST_POOL = 253;
    private static final int LONGEST_IDENTIFIER = 32;
    private static final int MOST_BINDING_CONDITIONS = 4;
    private static final Pattern UID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private DeviceNames() {}

    /** Drivers of devices are called as those of volumes are. */
    static void driver(String name, FieldPath at, Checks checks) {
        VolumeSources.driver(name, at, checks);
    }

    /** A pool: parts between slashes, each of which could be a name of an object. */
    static void pool(String name, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.required(at);
            return;
        }
        if (name.length() > LONGEST_POOL) {
            checks.add(FieldError.tooLong(at, LONGEST_POOL));
        }
        for (String part : name.split("/", -1)) {
            checks.dnsSubdomain(part, at);
        }
    }

    /** A name that an attribute or capacity has within its driver, or with a domain of its own. */
    static void qualified(String name, FieldPath at, Checks checks) {
        String[] parts = name.split("/", -1);
        if (parts.length == 1) {
            identifier(parts[0], at, checks);
        } else if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                checks.invalid(at, "", "the domain must not be empty");
            } else {
                driver(parts[0], at, checks);
            }
            if (parts[1].isEmpty()) {
                checks.invalid(at, "", "the name must not be empty");
            } else {
                identifier(parts[1], at, checks);
            }
        }
    }

    static void fullyQualified(String name, FieldPath at, Checks checks) {
        qualified(name, at, checks);
        if (name.indexOf('/') < 0) {
            checks.invalid(at, name, "a fully qualified name must be a domain and a name separated by a slash");
        }
    }

    private static void identifier(String text, FieldPath at, Checks checks) {
        if (text.length() > LONGEST_IDENTIFIER) {
            checks.add(FieldError.tooLong(at, LONGEST_IDENTIFIER));
        }
        checks.problems(at, text, Names.cIdentifier(text));
    }

    /** The id of a share of a device. */
    static void share(String uid, FieldPath at, Checks checks) {
        if (!UID.matcher(uid).matches()) {
            checks.invalid(
                    at,
                    uid,
                    "error validating uid: "
                            + (uid.length() == 36 ? "invalid UUID format" : "invalid UUID length: " + uid.length()));
        } else if (!uid.equals(uid.toLowerCase(java.util.Locale.ROOT))) {
            checks.invalid(
                    at,
                    uid,
                    "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase"
                            + " hexadecimal characters");
        }
    }

    /** A name that must be there, in the form of a DNS label. */
    static void requiredLabel(ObjectValue object, String field, FieldPath at, Checks checks) {
        if (checks.required(object, field, at)) {
            checks.dnsLabel(object.string(field), at.child(field));
        }
    }

    /** What must hold of a device before a pod that got it is bound, and what must not. */
    static void bindingConditions(ObjectValue device, FieldPath at, Checks checks) {
        ListValue needed = device.list("bindingConditions");
        ListValue failures = device.list("bindingFailureConditions");
        FieldPath neededAt = at.child("bindingConditions");
        FieldPath failuresAt = at.child("bindingFailureConditions");
        Items.Check<String> name = (text, here, more) -> more.problems(here, text, Labels.key(text));
        Items.texts(needed, MOST_BINDING_CONDITIONS, name, neededAt, checks);
        Items.texts(failures, MOST_BINDING_CONDITIONS, name, failuresAt, checks);
        Items.unique(needed, Value::toString, neededAt, checks);
        List<String> known = needed.strings();
        List<String> texts = failures.strings();
        for (int i = 0; i < texts.size(); i++) {
            if (texts.indexOf(texts.get(i)) < i) {
                checks.duplicate(failuresAt.index(i), texts.get(i));
            }
            if (known.contains(texts.get(i))) {
                checks.invalid(
                        failuresAt.index(i),
                        texts.get(i),
                        "bindingFailureConditions must not overlap with bindingConditions");
            }
        }
        if (needed.isEmpty() && !failures.isEmpty()) {
            checks.invalid(neededAt, needed, "bindingConditions are required to use bindingFailureConditions");
        }
        if (failures.isEmpty() && !needed.isEmpty()) {
            checks.invalid(failuresAt, failures, "bindingFailureConditions are required to use bindingConditions");
        }
    }
}
