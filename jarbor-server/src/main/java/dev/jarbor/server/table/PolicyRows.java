package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.Comparator;
import java.util.stream.Collectors;

/** The rows of what decides about requests: flow control and admission policies. */
final class PolicyRows {
    /** FlowSchemas in the order in which they are tried. */
    static final Comparator<ObjectValue> AS_TRIED = Comparator.comparingLong(
                    (ObjectValue schema) -> schema.object("spec").integer("matchingPrecedence"))
            .thenComparing(schema -> schema.object("metadata").string("name"));

    private PolicyRows() {}

    static ListValue flowSchema(Row row) {
        ObjectValue spec = row.spec();
        return RowPrinter.row(
                row.name(),
                spec.object("priorityLevelConfiguration").string("name"),
                spec.integer("matchingPrecedence"),
                Row.or(spec.object("distinguisherMethod").string("type"), Row.NONE),
                row.age(),
                row.condition("Dangling")
                        .map(condition -> condition.string("status"))
                        .orElse("?"));
    }

    static ListValue priorityLevel(Row row) {
        ObjectValue limited = row.spec().object("limited");
        ObjectValue queuing = limited.object("limitResponse").object("queuing");
        return RowPrinter.row(
                row.name(),
                row.spec().string("type"),
                numberIn(limited, "nominalConcurrencyShares"),
                numberIn(queuing, "queues"),
                numberIn(queuing, "handSize"),
                numberIn(queuing, "queueLengthLimit"),
                row.age());
    }

    private static Object numberIn(ObjectValue owner, String field) {
        return owner.isEmpty() ? Row.NONE : owner.integer(field);
    }

    static ListValue validatingPolicy(Row row) {
        return policy(row, "validations");
    }

    static ListValue mutatingPolicy(Row row) {
        return policy(row, "mutations");
    }

    private static ListValue policy(Row row, String rules) {
        ObjectValue params = row.spec().object("paramKind");
        return RowPrinter.row(
                row.name(),
                row.spec().list(rules).size(),
                params.isEmpty() ? Row.UNSET : params.string("apiVersion") + "/" + params.string("kind"),
                row.age());
    }

    static ListValue policyBinding(Row row) {
        return RowPrinter.row(
                row.name(), row.spec().string("policyName"), params(row.spec().object("paramRef")), row.age());
    }

    /** Whether parameters without a namespace have none is not known here: a star stands for it. */
    private static String params(ObjectValue reference) {
        String name = reference.string("name");
        if (!name.isEmpty()) {
            return Row.or(reference.string("namespace"), "*") + "/" + name;
        }
        return reference.has("selector") ? goSelector(reference.object("selector")) : Row.UNSET;
    }

    /** A selector as Go prints its message. */
    private static String goSelector(ObjectValue selector) {
        String labels = selector.object("matchLabels").strings().entrySet().stream()
                .map(label -> label.getKey() + ": " + label.getValue() + ",")
                .collect(Collectors.joining());
        String expressions = selector.list("matchExpressions").objects().stream()
                .map(expression -> "LabelSelectorRequirement{Key:" + expression.string("key") + ",Operator:"
                        + expression.string("operator") + ",Values:["
                        + String.join(" ", expression.list("values").strings()) + "],},")
                .collect(Collectors.joining());
        return "&LabelSelector{MatchLabels:map[string]string{" + labels
                + "},MatchExpressions:[]LabelSelectorRequirement{" + expressions + "},}";
    }
}
