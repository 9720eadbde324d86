package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import java.util.List;

/**
 * Which nodes, and which other pods, a pod wants to be near.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/">Assigning Pods to Nodes</a>
 */
public final class Affinity {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private Affinity() {}

    static void check(ObjectValue affinity, Leniency leniency, FieldPath at, Checks checks) {
        if (affinity.isEmpty()) {
            return;
        }
        ObjectValue node = affinity.object("nodeAffinity");
        FieldPath here = at.child("nodeAffinity");
        if (node.has(REQUIRED)) {
            nodeSelector(node.object(REQUIRED), leniency.nodeValues(), here.child(REQUIRED), checks);
        }
        List<ObjectValue> preferred = node.list(PREFERRED).objects();
        for (int i = 0; i < preferred.size(); i++) {
            FieldPath item = here.child(PREFERRED).index(i);
            weight(preferred.get(i), item, checks);
            // Values that are no label values can be right here: a cluster of one node satisfies everything.
            term(preferred.get(i).object("preference"), true, item.child("preference"), checks);
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            pods(affinity.object(kind), leniency, at.child(kind), checks);
        }
    }

    private static void weight(ObjectValue preference, FieldPath at, Checks checks) {
        long weight = preference.integer("weight");
        if (weight < 1 || weight > 100) {
            checks.invalid(at.child("weight"), weight, "must be in the range 1-100");
        }
    }

    /** A node selector, as pods and volumes have one: at least one term, any of which must hold. */
    public static void nodeSelector(ObjectValue selector, boolean lenient, FieldPath at, Checks checks) {
        List<ObjectValue> terms = selector.list("nodeSelectorTerms").objects();
        FieldPath list = at.child("nodeSelectorTerms");
        if (terms.isEmpty()) {
            checks.required(list, "must have at least one node selector term");
        }
        for (int i = 0; i < terms.size(); i++) {
            term(terms.get(i), lenient, list.index(i), checks);
        }
    }

    private static void term(ObjectValue term, boolean lenient, FieldPath at, Checks checks) {
        List<ObjectValue> expressions = term.list("matchExpressions").objects();
        for (int i = 0; i < expressions.size(); i++) {
            expression(expressions.get(i), lenient, at.child("matchExpressions").index(i), checks);
        }
        List<ObjectValue> fields = term.list("matchFields").objects();
        for (int i = 0; i < fields.size(); i++) {
            field(fields.get(i), at.child("matchFields").index(i), checks);
        }
    }

    private static void expression(ObjectValue expression, boolean lenient, FieldPath at, Checks checks) {
        List<String> values = expression.list("values").strings();
        String operator = expression.string("operator");
        if (operator.equals("Gt") || operator.equals("Lt")) {
            if (values.size() != 1) {
                checks.required(at.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
        } else if (!LabelSelectors.operator(expression, at, checks)) {
            checks.invalid(at.child("operator"), operator, "not a valid selector operator");
        }
        checks.qualifiedName(expression.string("key"), at.child("key"));
        for (int i = 0; i < values.size() && !lenient; i++) {
            checks.problems(at.child("values").index(i), values.get(i), Labels.value(values.get(i)));
        }
    }

    private static void field(ObjectValue field, FieldPath at, Checks checks) {
        List<String> values = field.list("values").strings();
        String operator = field.string("operator");
        if (!operator.equals("In") && !operator.equals("NotIn")) {
            checks.invalid(at.child("operator"), operator, "not a valid selector operator");
        } else if (values.size() != 1) {
            checks.required(
                    at.child("values"),
                    "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        }
        if (!field.string("key").equals("metadata.name")) {
            checks.invalid(at.child("key"), field.string("key"), "not a valid field selector key");
            return;
        }
        for (int i = 0; i < values.size(); i++) {
            checks.problems(at.child("values").index(i), values.get(i), Names.dnsSubdomain(values.get(i)));
        }
    }

    private static void pods(ObjectValue affinity, Leniency leniency, FieldPath at, Checks checks) {
        List<ObjectValue> required = affinity.list(REQUIRED).objects();
        for (int i = 0; i < required.size(); i++) {
            podTerm(required.get(i), leniency, at.child(REQUIRED).index(i), checks);
        }
        List<ObjectValue> preferred = affinity.list(PREFERRED).objects();
        for (int i = 0; i < preferred.size(); i++) {
            FieldPath here = at.child(PREFERRED).index(i);
            weight(preferred.get(i), here, checks);
            podTerm(preferred.get(i).object("podAffinityTerm"), leniency, here.child("podAffinityTerm"), checks);
        }
    }

    private static void podTerm(ObjectValue term, Leniency leniency, FieldPath at, Checks checks) {
        boolean lenient = leniency.selectorValues();
        LabelSelectors.check(term.object("labelSelector"), lenient, at.child("labelSelector"), checks);
        LabelSelectors.check(term.object("namespaceSelector"), lenient, at.child("namespaceSelector"), checks);
        for (String namespace : term.list("namespaces").strings()) {
            checks.dnsLabel(namespace, at.child("namespace"));
        }
        MatchLabelKeys.check(term, at, checks);
        String topology = term.string("topologyKey");
        if (topology.isEmpty()) {
            checks.required(at.child("topologyKey"), "can not be empty");
        }
        checks.qualifiedName(topology, at.child("topologyKey"));
    }
}
