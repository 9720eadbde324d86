package dev.jarbor.server.customresources;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
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

    private final Leniency leniency;
    private final List<FieldError> errors = new ArrayList<>();

    private DefinitionChecks(Leniency leniency) {
        this.leniency = leniency;
    }

    static List<FieldError> check(Definition definition) {
        var checks = new DefinitionChecks(Leniency.NONE);
        checks.name(definition);
        checks.spec(definition, ObjectValue.EMPTY, false);
        checks.names(definition.acceptedNames(), FieldPath.of("status", "acceptedNames"));
        checks.storedVersions(definition);
        return checks.errors;
    }

    static List<FieldError> checkUpdate(Definition before, Definition after) {
        var checks = new DefinitionChecks(Leniency.of(before));
        checks.spec(after, before.conversion(), before.isEstablished());
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
        var checks = new DefinitionChecks(Leniency.NONE);
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

    /**
     * @param conversion how the definition converted before
     * @param established whether it is being used
     */
    private void spec(Definition definition, ObjectValue conversion, boolean established) {
        List<Definition.Version> versions = definition.versions();
        Common common = Common.of(versions);
        group(definition.group());
        scope(definition.spec().string("scope"));
        versions(definition, versions, common);
        for (String field : List.of("plural", "singular", "kind", "listKind")) {
            if (definition.names().string(field).isEmpty()) {
                errors.add(FieldError.required(NAMES.child(field), ""));
            }
        }
        names(definition.names(), NAMES);
        if (!versions.isEmpty()) {
            boolean status = versions.stream().anyMatch(Definition.Version::hasStatus);
            contents(versions.getFirst(), SPEC, SPEC.child("validation"), common, status);
        }
        errors.addAll(
                ConversionChecks.check(definition.conversion(), conversion, established, SPEC.child("conversion")));
        if (definition.spec().bool("preserveUnknownFields")) {
            errors.add(FieldError.invalid(
                    SPEC.child("preserveUnknownFields"),
                    Value.of(true),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema"
                            + " instead"));
        }
    }

    /** What all versions have in common: the reference knows it as the definition's own, and names that place. */
    private record Common(boolean schema, boolean subresources, boolean columns, boolean selectable) {
        static Common of(List<Definition.Version> versions) {
            return new Common(
                    same(versions, "schema"),
                    same(versions, "subresources"),
                    same(versions, "additionalPrinterColumns"),
                    same(versions, "selectableFields"));
        }

        private static boolean same(List<Definition.Version> versions, String field) {
            return versions.stream()
                            .map(version -> version.value().valueOrNull(field))
                            .distinct()
                            .count()
                    <= 1;
        }
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

    private void versions(Definition definition, List<Definition.Version> versions, Common common) {
        for (int i = 0; i < versions.size(); i++) {
            if (!versions.get(i).value().object("schema").has("openAPIV3Schema")) {
                errors.add(FieldError.required(
                        VERSIONS.index(i).child("schema", "openAPIV3Schema"), "schemas are required"));
            }
        }
        Set<String> seen = new HashSet<>();
        int stored = 0;
        for (int i = 0; i < versions.size(); i++) {
            Definition.Version version = versions.get(i);
            FieldPath path = VERSIONS.index(i);
            seen.add(version.name());
            stored += version.storage() ? 1 : 0;
            List<String> problems = Names.dns1035Label(version.name());
            if (!problems.isEmpty()) {
                errors.add(FieldError.invalid(path.child("name"), version.name(), String.join(",", problems)));
            }
            deprecation(version, path.child("deprecationWarning"));
            var own = new Common(!common.schema(), !common.subresources(), !common.columns(), !common.selectable());
            contents(version, path, path.child("schema"), own, version.hasStatus());
        }
        Value written = definition.spec().list("versions");
        if (seen.size() < versions.size()) {
            errors.add(FieldError.invalid(VERSIONS, written, "must contain unique version names"));
        }
        if (stored != 1) {
            errors.add(
                    FieldError.invalid(VERSIONS, written, "must have exactly one version marked as storage version"));
        }
    }

    /**
     * The schema, subresources, columns and selectable fields of a version.
     *
     * @param wanted which of them
     * @param hasStatus whether the status is a subresource
     */
    private void contents(
            Definition.Version version, FieldPath path, FieldPath schema, Common wanted, boolean hasStatus) {
        if (wanted.schema() && !version.schema().isEmpty()) {
            errors.addAll(SchemaChecks.check(version.schema(), hasStatus, leniency, schema.child("openAPIV3Schema")));
        }
        if (wanted.subresources() && version.hasScale()) {
            errors.addAll(VersionChecks.scale(version.scale(), path.child("subresources")));
        }
        if (wanted.columns()) {
            errors.addAll(VersionChecks.columns(version.columns(), path.child("additionalPrinterColumns")));
        }
        if (wanted.selectable()) {
            errors.addAll(VersionChecks.selectableFields(version, path.child("selectableFields")));
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

    private void deprecation(Definition.Version version, FieldPath path) {
        if (!version.value().has("deprecationWarning")) {
            return;
        }
        String warning = version.value().string("deprecationWarning");
        if (!version.value().bool("deprecated")) {
            errors.add(FieldError.invalid(path, warning, "can only be set for deprecated versions"));
            return;
        }
        if (warning.getBytes(StandardCharsets.UTF_8).length > 256) {
            errors.add(FieldError.invalid(path, warning, "must be <= 256 characters long"));
        }
        if (warning.isEmpty()) {
            errors.add(FieldError.invalid(path, warning, "must not be an empty string"));
        }
        int at = unprintable(warning);
        if (at >= 0) {
            errors.add(FieldError.invalid(
                    path,
                    warning,
                    "must only contain printable UTF-8 characters; non-printable character found at index " + at));
        }
    }

    /** The byte at which the first letter is that Go does not print; -1 for none. */
    private static int unprintable(String text) {
        int bytes = 0;
        for (int letter : text.codePoints().toArray()) {
            switch (Character.getType(letter)) {
                case Character.UNASSIGNED,
                        Character.CONTROL,
                        Character.FORMAT,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR -> {
                    return bytes;
                }
                case Character.SPACE_SEPARATOR -> {
                    if (letter != ' ') {
                        return bytes;
                    }
                }
                default -> {
                    // printed
                }
            }
            bytes += Character.toString(letter).getBytes(StandardCharsets.UTF_8).length;
        }
        return -1;
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
                errors.add(FieldError.invalid(STORED, written, "must have the storage version " + version.name()));
            }
            unknown.remove(version.name());
        }
        unknown.forEach((name, index) -> errors.add(FieldError.invalid(
                STORED.index(index),
                name,
                "missing from spec.versions; " + name + " was previously a storage version, and must remain in"
                        + " spec.versions until a storage migration ensures no data remains persisted in " + name
                        + " and removes " + name + " from status.storedVersions")));
    }
}
