package dev.jarbor.server.customresources;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What is wrong with a CustomResourceDefinition, in the reference's words, paths and order. */
final class DefinitionChecks {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath NAMES = SPEC.child("names");
    private static final FieldPath VERSIONS = SPEC.child("versions");
    private static final FieldPath STORED = FieldPath.of("status", "storedVersions");
    private static final String IMMUTABLE = "field is immutable";

    private final List<FieldError> errors = new ArrayList<>();

    private DefinitionChecks() {}

    static List<FieldError> check(Definition definition) {
        var checks = new DefinitionChecks();
        checks.name(definition);
        checks.spec(definition);
        checks.names(definition.acceptedNames(), FieldPath.of("status", "acceptedNames"));
        checks.storedVersions(definition);
        return checks.errors;
    }

    static List<FieldError> checkUpdate(Definition before, Definition after) {
        var checks = new DefinitionChecks();
        checks.spec(after);
        if (before.isEstablished()) {
            checks.immutable(before.spec(), after.spec(), "scope", SPEC);
            checks.immutable(before.names(), after.names(), "kind", NAMES);
        }
        checks.immutable(before.spec(), after.spec(), "group", SPEC);
        checks.immutable(before.names(), after.names(), "plural", NAMES);
        checks.names(after.acceptedNames(), FieldPath.of("status", "acceptedNames"));
        checks.storedVersions(after);
        return checks.errors;
    }

    static List<FieldError> checkStatus(Definition after) {
        var checks = new DefinitionChecks();
        checks.names(after.acceptedNames(), FieldPath.of("status", "acceptedNames"));
        checks.storedVersions(after);
        return checks.errors;
    }

    private void immutable(ObjectValue before, ObjectValue after, String field, FieldPath path) {
        if (!before.valueOrNull(field).equals(after.valueOrNull(field))) {
            errors.add(FieldError.invalid(path.child(field), after.valueOrNull(field), IMMUTABLE));
        }
    }

    private void name(Definition definition) {
        String required = definition.names().string("plural") + "." + definition.group();
        if (!definition.name().equals(required)) {
            errors.add(FieldError.invalid(
                    FieldPath.of("metadata", "name"), definition.name(), "must be spec.names.plural+\".\"+spec.group"));
        }
    }

    private void spec(Definition definition) {
        group(definition.group());
        scope(definition.spec().string("scope"));
        if (definition.spec().bool("preserveUnknownFields")) {
            errors.add(FieldError.invalid(
                    SPEC.child("preserveUnknownFields"),
                    Value.of(true),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead"));
        }
        versions(definition);
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            if (definition.names().string(field).isEmpty()) {
                errors.add(FieldError.required(NAMES.child(field), ""));
            }
        }
        names(definition.names(), NAMES);
        errors.addAll(ConversionChecks.check(definition.conversion(), SPEC.child("conversion")));
        contents(definition);
    }

    private void group(String group) {
        FieldPath path = SPEC.child("group");
        if (group.isEmpty()) {
            errors.add(FieldError.required(path, ""));
            return;
        }
        List<String> problems = Names.dnsSubdomain(group);
        if (!problems.isEmpty()) {
            errors.add(FieldError.invalid(path, group, String.join(",", problems)));
        } else if (group.indexOf('.') < 0) {
            errors.add(FieldError.invalid(path, group, "should be a domain with at least one dot"));
        }
    }

    private void scope(String scope) {
        List<String> scopes = List.of("Cluster", "Namespaced");
        if (scope.isEmpty()) {
            errors.add(FieldError.required(SPEC.child("scope"), ""));
        } else if (!scopes.contains(scope)) {
            errors.add(FieldError.notSupported(SPEC.child("scope"), scope, scopes));
        }
    }

    private void versions(Definition definition) {
        List<Definition.Version> versions = definition.versions();
        Set<String> seen = new HashSet<>();
        boolean unique = true;
        int stored = 0;
        for (int i = 0; i < versions.size(); i++) {
            Definition.Version version = versions.get(i);
            unique &= seen.add(version.name());
            stored += version.storage() ? 1 : 0;
            List<String> problems = Names.dns1035Label(version.name());
            if (!problems.isEmpty()) {
                errors.add(FieldError.invalid(
                        VERSIONS.index(i).child("name"), version.name(), String.join(",", problems)));
            }
            if (version.schema().isEmpty() && !version.value().object("schema").has("openAPIV3Schema")) {
                errors.add(FieldError.required(
                        VERSIONS.index(i).child("schema", "openAPIV3Schema"), "schemas are required"));
            }
        }
        Value written = definition.spec().list("versions");
        if (!unique) {
            errors.add(FieldError.invalid(VERSIONS, written, "must contain unique version names"));
        }
        if (stored != 1) {
            errors.add(
                    FieldError.invalid(VERSIONS, written, "must have exactly one version marked as storage version"));
        }
    }

    private void names(ObjectValue names, FieldPath path) {
        label(names, "plural", path);
        label(names, "singular", path);
        mixed(names, "kind", path);
        mixed(names, "listKind", path);
        labels(names, "shortNames", path);
        String kind = names.string("kind");
        if (!kind.isEmpty() && kind.equals(names.string("listKind"))) {
            errors.add(FieldError.invalid(path.child("listKind"), kind, "kind and listKind may not be the same"));
        }
        labels(names, "categories", path);
    }

    private void label(ObjectValue names, String field, FieldPath path) {
        String name = names.string(field);
        List<String> problems = name.isEmpty() ? List.of() : Names.dns1035Label(name);
        if (!problems.isEmpty()) {
            errors.add(FieldError.invalid(path.child(field), name, String.join(",", problems)));
        }
    }

    private void mixed(ObjectValue names, String field, FieldPath path) {
        String name = names.string(field);
        List<String> problems = name.isEmpty() ? List.of() : Names.dns1035Label(name.toLowerCase(Locale.ROOT));
        if (!problems.isEmpty()) {
            errors.add(FieldError.invalid(
                    path.child(field),
                    name,
                    "may have mixed case, but should otherwise match: " + String.join(",", problems)));
        }
    }

    private void labels(ObjectValue names, String field, FieldPath path) {
        List<String> texts = names.list(field).strings();
        for (int i = 0; i < texts.size(); i++) {
            List<String> problems = Names.dns1035Label(texts.get(i));
            if (!problems.isEmpty()) {
                errors.add(FieldError.invalid(path.child(field).index(i), texts.get(i), String.join(",", problems)));
            }
        }
    }

    /**
     * The schema, subresources and columns of each version. What all versions have in common the reference knows as the
     * definition's own, so it names that place in messages.
     */
    private void contents(Definition definition) {
        List<Definition.Version> versions = definition.versions();
        boolean oneSchema = common(versions, "schema");
        boolean oneSet = common(versions, "subresources");
        boolean oneTable = common(versions, "additionalPrinterColumns");
        for (int i = 0; i < versions.size(); i++) {
            Definition.Version version = versions.get(i);
            FieldPath path = VERSIONS.index(i);
            deprecation(version, path);
            if (i == 0 || !oneSchema) {
                FieldPath place = oneSchema ? SPEC.child("validation") : path.child("schema");
                errors.addAll(
                        version.schema().isEmpty()
                                ? List.of()
                                : SchemaChecks.check(
                                        version.schema(), version.hasStatus(), place.child("openAPIV3Schema")));
            }
            if ((i == 0 || !oneSet) && version.hasScale()) {
                FieldPath place = oneSet ? SPEC.child("subresources") : path.child("subresources");
                errors.addAll(VersionChecks.scale(version.scale(), place));
            }
            if (i == 0 || !oneTable) {
                errors.addAll(VersionChecks.columns(
                        version.columns(),
                        oneTable ? SPEC.child("additionalPrinterColumns") : path.child("additionalPrinterColumns")));
            }
            errors.addAll(VersionChecks.selectableFields(version, path.child("selectableFields")));
        }
    }

    private static boolean common(List<Definition.Version> versions, String field) {
        return versions.stream()
                        .map(version -> version.value().valueOrNull(field))
                        .distinct()
                        .count()
                <= 1;
    }

    private void deprecation(Definition.Version version, FieldPath path) {
        String warning = version.value().string("deprecationWarning");
        FieldPath place = path.child("deprecationWarning");
        if (!version.value().has("deprecationWarning")) {
            return;
        }
        if (!version.value().bool("deprecated")) {
            errors.add(FieldError.invalid(place, warning, "can only be set for deprecated versions"));
        } else if (warning.isEmpty()) {
            errors.add(FieldError.invalid(place, warning, "must not be empty"));
        } else if (warning.length() > 256) {
            errors.add(FieldError.invalid(place, warning, "must be <= 256 characters long"));
        } else if (warning.chars().anyMatch(letter -> letter < ' ')) {
            errors.add(FieldError.invalid(place, warning, "must only contain printable UTF-8 characters"));
        }
    }

    private void storedVersions(Definition definition) {
        List<String> stored = definition.storedVersions();
        Value written = definition.status().list("storedVersions");
        if (stored.isEmpty()) {
            errors.add(FieldError.invalid(STORED, written, "must have at least one stored version"));
            return;
        }
        Map<String, Integer> unknown = new TreeMap<>();
        for (int i = 0; i < stored.size(); i++) {
            unknown.put(stored.get(i), i);
        }
        for (Definition.Version version : definition.versions()) {
            if (version.storage() && !unknown.containsKey(version.name())) {
                errors.add(
                        FieldError.invalid(STORED, version.value(), "must have the storage version " + version.name()));
            }
            unknown.remove(version.name());
        }
        unknown.forEach((name, index) ->
                errors.add(FieldError.invalid(STORED.index(index), name, "must appear in spec.versions")));
    }
}
