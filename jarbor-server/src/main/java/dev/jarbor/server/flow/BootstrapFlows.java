package dev.jarbor.server.flow;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The FlowSchemas and PriorityLevelConfigurations that every cluster has from its start, from {@code flows.json}. Those
 * called {@code exempt} and {@code catch-all} are mandatory: their specs cannot be changed, and when deleted they return.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#defaults">Defaults</a>
 */
public final class BootstrapFlows {
    private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");
    private static final List<ObjectValue> OBJECTS = read();

    private BootstrapFlows() {}

    /** All of them, as a client would write them. */
    public static List<ObjectValue> objects() {
        return OBJECTS;
    }

    /** The spec that a mandatory object must have; empty for all others. */
    public static Optional<ObjectValue> fixedSpec(String kind, String name) {
        return MANDATORY.contains(name)
                ? OBJECTS.stream()
                        .filter(object -> object.string("kind").equals(kind)
                                && object.object("metadata").string("name").equals(name))
                        .map(object -> object.object("spec"))
                        .findFirst()
                : Optional.empty();
    }

    static boolean isMandatory(String name) {
        return MANDATORY.contains(name);
    }

    /** JSON, because a start has no other need of a reader of YAML. */
    private static List<ObjectValue> read() {
        try (InputStream source = BootstrapFlows.class.getResourceAsStream("flows.json")) {
            if (source == null) {
                throw new IllegalStateException("flows.json is missing from the program");
            }
            ObjectValue file = Json.object(source.readAllBytes());
            var objects = new ArrayList<ObjectValue>();
            file.object("levels")
                    .forEach((name, spec) -> objects.add(object("PriorityLevelConfiguration", name, spec)));
            file.object("schemas")
                    .forEach((name, spec) -> objects.add(object("FlowSchema", name, rules((ObjectValue) spec))));
            return List.copyOf(objects);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** In the file {@code everything: true} stands for the two rules that match every request. */
    private static ObjectValue rules(ObjectValue spec) {
        var rules = new ArrayList<Value>();
        spec.list("rules")
                .objects()
                .forEach(rule -> rules.add(rule.bool("everything") ? everything(rule.without("everything")) : rule));
        return spec.with("rules", ListValue.of(rules));
    }

    private static ObjectValue everything(ObjectValue rule) {
        ListValue all = ListValue.ofStrings(List.of("*"));
        return rule.with(
                        "resourceRules",
                        ListValue.of(ObjectValue.builder()
                                .put("verbs", all)
                                .put("apiGroups", all)
                                .put("resources", all)
                                .put("clusterScope", true)
                                .put("namespaces", all)
                                .build()))
                .with(
                        "nonResourceRules",
                        ListValue.of(ObjectValue.builder()
                                .put("verbs", all)
                                .put("nonResourceURLs", all)
                                .build()));
    }

    private static ObjectValue object(String kind, String name, Value spec) {
        ObjectValue annotations = ObjectValue.EMPTY.with("apf.kubernetes.io/autoupdate-spec", "true");
        return ObjectValue.builder()
                .put("apiVersion", "flowcontrol.apiserver.k8s.io/v1")
                .put("kind", kind)
                .put("metadata", ObjectValue.EMPTY.with("name", name).with("annotations", annotations))
                .put("spec", spec)
                .build();
    }
}
