package dev.jarbor.server.kinds.storage;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.NodeLabels;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of StorageClasses, and of VolumeAttributesClasses, which share the form of drivers and parameters.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/storage-classes/">Storage Classes</a>
 */
public final class StorageClasses implements Strategy {
    private static final int MOST_PARAMETERS = 512;
    private static final int MOST_PARAMETER_BYTES = 256 * 1024;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.text(Edits.text(object, "reclaimPolicy", "Delete"), "volumeBindingMode", "Immediate");
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        driver(object, "provisioner", checks);
        parameters(object, checks);
        checks.oneOfIfSet(object, "reclaimPolicy", FieldPath.NONE, "Delete", "Retain");
        checks.oneOf(object, "volumeBindingMode", FieldPath.NONE, "Immediate", "WaitForFirstConsumer");
        topologies(object.list("allowedTopologies").objects(), FieldPath.of("allowedTopologies"), checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        if (!Same.at(before, after, "parameters")) {
            checks.forbidden(FieldPath.of("parameters"), "updates to parameters are forbidden.");
        }
        for (String field : List.of("provisioner", "reclaimPolicy")) {
            if (!before.string(field).equals(after.string(field))) {
                checks.forbidden(FieldPath.of(field), "updates to " + field + " are forbidden.");
            }
        }
        checks.immutable(before, after, "volumeBindingMode", FieldPath.NONE);
        return checks.errors();
    }

    /** The name of what makes volumes, in whatever case. */
    private static void driver(ObjectValue object, String field, Checks checks) {
        if (checks.required(object, field, FieldPath.NONE)) {
            checks.qualifiedName(object.string(field).toLowerCase(Locale.ROOT), FieldPath.of(field));
        }
    }

    private static void parameters(ObjectValue object, Checks checks) {
        ObjectValue parameters = object.object("parameters");
        FieldPath at = FieldPath.of("parameters");
        if (parameters.size() > MOST_PARAMETERS) {
            checks.add(FieldError.tooLong(at, MOST_PARAMETERS));
            return;
        }
        long bytes = 0;
        for (int i = 0; i < parameters.size(); i++) {
            String name = parameters.name(i);
            if (name.isEmpty()) {
                checks.invalid(at, name, "field can not be empty.");
            }
            bytes += Texts.bytes(name) + Texts.bytes(parameters.value(i).toString());
        }
        if (bytes > MOST_PARAMETER_BYTES) {
            checks.add(FieldError.tooLong(at, MOST_PARAMETER_BYTES));
        }
    }

    private static void topologies(List<ObjectValue> terms, FieldPath at, Checks checks) {
        var seen = new ArrayList<Map<String, Set<String>>>();
        for (int i = 0; i < terms.size(); i++) {
            FieldPath here = at.index(i).child("matchLabelExpressions");
            Map<String, Set<String>> term =
                    term(terms.get(i).list("matchLabelExpressions").objects(), here, checks);
            if (seen.contains(term)) {
                checks.duplicate(here, "");
            }
            seen.add(term);
        }
    }

    private static Map<String, Set<String>> term(List<ObjectValue> expressions, FieldPath at, Checks checks) {
        var term = new TreeMap<String, Set<String>>();
        for (int i = 0; i < expressions.size(); i++) {
            FieldPath here = at.index(i);
            String key = expressions.get(i).string("key");
            List<String> values = expressions.get(i).list("values").strings();
            if (values.isEmpty()) {
                checks.required(here.child("values"));
            }
            var distinct = new HashSet<String>();
            for (int j = 0; j < values.size(); j++) {
                if (!distinct.add(values.get(j))) {
                    checks.duplicate(here.child("values").index(j), values.get(j));
                }
            }
            checks.qualifiedName(key, here.child("key"));
            if (term.put(key, new TreeSet<>(values)) != null) {
                checks.duplicate(here.child("key"), key);
            }
        }
        return term;
    }

    /**
     * VolumeAttributesClasses: how volumes that exist may be changed.
     *
     * @see <a href="https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/">Volume Attributes Classes</a>
     */
    public static final class Attributes implements Strategy {
        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            check(object, checks);
            return checks.errors();
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            if (!before.string("driverName").equals(after.string("driverName"))) {
                checks.forbidden(FieldPath.of("driverName"), "updates to driverName are forbidden.");
            }
            if (!Same.at(before, after, "parameters")) {
                checks.forbidden(FieldPath.of("parameters"), "updates to parameters are forbidden.");
            }
            check(after, checks);
            return checks.errors();
        }

        private static void check(ObjectValue object, Checks checks) {
            driver(object, "driverName", checks);
            parameters(object, checks);
            if (object.object("parameters").isEmpty()) {
                checks.required(FieldPath.of("parameters"), "must contain at least one key/value pair");
            }
        }
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        List<ObjectValue> terms = object.list("allowedTopologies").objects();
        for (int i = 0; i < terms.size(); i++) {
            List<ObjectValue> labels =
                    terms.get(i).list("matchLabelExpressions").objects();
            for (int j = 0; j < labels.size(); j++) {
                FieldPath at = FieldPath.of("allowedTopologies")
                        .index(i)
                        .child("matchLabelExpressions")
                        .index(j);
                NodeLabels.advice(labels.get(j).string("key"))
                        .ifPresent(advice -> warnings.add(at.child("key") + ": " + advice));
            }
        }
        return warnings;
    }
}
