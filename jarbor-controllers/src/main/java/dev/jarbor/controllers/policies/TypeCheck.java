package dev.jarbor.controllers.policies;

import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cel.admission.Expressions;
import dev.jarbor.cel.admission.Purpose;
import dev.jarbor.cel.program.Compilation;
import dev.jarbor.cel.type.BuiltInTypes;
import dev.jarbor.cel.type.DeclaredType;
import dev.jarbor.cel.type.SchemaTypes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares the expressions of a ValidatingAdmissionPolicy with the types of what it matches. A policy is never refused for
 * what is found: the types may differ from one version to the next.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#type-checking">Type
 *     checking</a>
 */
final class TypeCheck {
    /** How many types are looked at, the first by group, version and kind. */
    private static final int MOST_TYPES = 10;

    private static final FieldPath VALIDATIONS = FieldPath.of("spec", "validations");

    private final Schemas schemas;
    private final List<CustomResourceDefinition> definitions;

    TypeCheck(Schemas schemas, List<CustomResourceDefinition> definitions) {
        this.schemas = schemas;
        this.definitions = List.copyOf(definitions);
    }

    /** The {@code expressionWarnings} of a policy. */
    ListValue warnings(ObjectValue policy) {
        ObjectValue spec = policy.object("spec");
        Map<GroupVersionKind, Expressions> typed = expressions(spec);
        var warnings = new ArrayList<ObjectValue>();
        List<ObjectValue> validations = spec.list("validations").objects();
        for (int i = 0; i < validations.size(); i++) {
            for (String field : List.of("expression", "messageExpression")) {
                String warning = warning(validations.get(i).string(field), typed);
                if (!warning.isEmpty()) {
                    warnings.add(ObjectValue.builder()
                            .put("fieldRef", VALIDATIONS.index(i).child(field).toString())
                            .put("warning", warning)
                            .build());
                }
            }
        }
        return ListValue.of(warnings);
    }

    private static String warning(String expression, Map<GroupVersionKind, Expressions> typed) {
        var faults = new ArrayList<String>();
        if (!expression.isEmpty()) {
            typed.forEach((kind, expressions) -> {
                if (expressions.check(expression, Purpose.VALIDATION) instanceof Compilation.Refused(String why)) {
                    faults.add(kind.apiVersion() + ", Kind=" + kind.kind() + ": " + why);
                }
            });
        }
        return String.join("\n", faults);
    }

    /** The expressions as each type that is matched sees them. */
    private Map<GroupVersionKind, Expressions> expressions(ObjectValue spec) {
        List<ObjectValue> variables = spec.list("variables").objects();
        ObjectValue paramKind = spec.object("paramKind");
        Optional<DeclaredType> params = spec.has("paramKind")
                ? Optional.of(type(GroupVersionKind.of(paramKind.string("apiVersion"), paramKind.string("kind")))
                        .orElse(DeclaredType.DYN))
                : Optional.empty();
        var typed = new LinkedHashMap<GroupVersionKind, Expressions>();
        for (GroupVersionKind kind : matched(spec)) {
            type(kind).ifPresent(type -> typed.put(kind, Expressions.typed(type, params, variables)));
        }
        return typed;
    }

    /** What the rules name without wildcards; subresources are passed over. */
    private List<GroupVersionKind> matched(ObjectValue spec) {
        var kinds = new TreeSet<>(Comparator.comparing(GroupVersionKind::group)
                .thenComparing(GroupVersionKind::version)
                .thenComparing(GroupVersionKind::kind));
        for (ObjectValue rule :
                spec.object("matchConstraints").list("resourceRules").objects()) {
            List<String> groups = rule.list("apiGroups").strings();
            List<String> versions = rule.list("apiVersions").strings();
            if (hasWildcard(groups) || hasWildcard(versions)) {
                continue;
            }
            for (String plural : rule.list("resources").strings()) {
                if (plural.indexOf('*') < 0 && plural.indexOf('/') < 0) {
                    groups.forEach(group -> versions.forEach(
                            version -> kind(group, version, plural).ifPresent(kinds::add)));
                }
            }
        }
        return kinds.stream().limit(MOST_TYPES).toList();
    }

    private static boolean hasWildcard(List<String> names) {
        return names.stream().anyMatch(name -> name.indexOf('*') >= 0);
    }

    private Optional<GroupVersionKind> kind(String group, String version, String plural) {
        return schemas.resource(group, version, plural)
                .map(ResourceDefinition::groupVersionKind)
                .or(() -> definitions.stream()
                        .map(definition -> definition.value().object("spec"))
                        .filter(spec -> spec.string("group").equals(group)
                                && spec.object("names").string("plural").equals(plural)
                                && version(spec, version).isPresent())
                        .map(spec -> new GroupVersionKind(
                                group, version, spec.object("names").string("kind")))
                        .findFirst());
    }

    private static Optional<ObjectValue> version(ObjectValue spec, String name) {
        return spec.list("versions").objects().stream()
                .filter(version -> version.string("name").equals(name) && version.bool("served"))
                .findFirst();
    }

    private Optional<DeclaredType> type(GroupVersionKind kind) {
        return BuiltInTypes.of(schemas, kind)
                .or(() -> definitions.stream()
                        .map(definition -> definition.value().object("spec"))
                        .filter(spec -> spec.string("group").equals(kind.group())
                                && spec.object("names").string("kind").equals(kind.kind()))
                        .flatMap(spec -> version(spec, kind.version()).stream())
                        .map(version -> version.object("schema").object("openAPIV3Schema"))
                        .flatMap(schema -> SchemaTypes.of(schema, true).stream())
                        .map(custom -> BuiltInTypes.withMetadata(schemas, custom))
                        .findFirst());
    }
}
