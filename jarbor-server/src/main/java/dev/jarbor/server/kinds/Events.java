package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * Events, by the names that core/v1 has for their fields. One that is written through events.k8s.io must be of the new
 * form, and only its series goes on.
 *
 * @param strict whether it is written through events.k8s.io
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/">Event</a>
 */
record Events(boolean strict) implements Strategy {
    private static final int LONGEST = 128;
    private static final int LONGEST_MESSAGE = 1024;
    private static final String OTHER_NAMESPACE = "does not match event.namespace";
    private static final String UNSET = "needs to be unset";

    /** What stays in an event of the new form, in the reference's order, with the names that its messages have. */
    private static final List<List<String>> FIXED = List.of(
            List.of("involvedObject", "involvedObject"),
            List.of("reason", "reason"),
            List.of("message", "message"),
            List.of("source", "source"),
            List.of("firstTimestamp", "firstTimestamp"),
            List.of("lastTimestamp", "lastTimestamp"),
            List.of("count", "count"),
            List.of("reason", "reason"),
            List.of("type", "type"),
            List.of("eventTime", "eventTime"),
            List.of("action", "action"),
            List.of("related", "related"),
            List.of("reportingComponent", "reportingController"),
            List.of("reportingInstance", "reportingInstance"));

    /** Who reported it is always said, if only that nobody did. */
    @Override
    public ObjectValue withDefaults(ObjectValue event) {
        ObjectValue said = event;
        for (String field : List.of("reportingComponent", "reportingInstance")) {
            said = said.has(field) ? said : said.with(field, "");
        }
        return said;
    }

    @Override
    public List<FieldError> validate(ObjectValue event) {
        var checks = new Checks();
        legacy(event, checks);
        if (strict) {
            series(event.object("series"), event.has("series"), checks);
            if (!event.has("eventTime")) {
                checks.required(FieldPath.of("eventTime"));
            }
            String type = event.string("type");
            if (!type.equals("Normal") && !type.equals("Warning")) {
                checks.invalid(FieldPath.of("type"), "", "has invalid value: " + type);
            }
            unset(event.has("firstTimestamp"), "firstTimestamp", checks);
            unset(event.has("lastTimestamp"), "lastTimestamp", checks);
            unset(event.integer("count") != 0, "count", checks);
            ObjectValue source = event.object("source");
            unset(
                    !source.string("component").isEmpty()
                            || !source.string("host").isEmpty(),
                    "source",
                    checks);
        }
        return checks.errors();
    }

    private static void unset(boolean set, String field, Checks checks) {
        if (set) {
            checks.invalid(FieldPath.of(field), "", UNSET);
        }
    }

    /** What holds of events of either form. */
    private static void legacy(ObjectValue event, Checks checks) {
        String namespace = event.object("metadata").string("namespace");
        String about = event.object("involvedObject").string("namespace");
        FieldPath at = FieldPath.of("involvedObject", "namespace");
        if (!event.has("eventTime")) {
            boolean fits =
                    about.isEmpty() ? namespace.isEmpty() || namespace.equals("default") : namespace.equals(about);
            if (!fits) {
                checks.invalid(at, about, OTHER_NAMESPACE);
            }
        } else {
            if (about.isEmpty() && !namespace.equals("default") && !namespace.equals("kube-system")) {
                checks.invalid(at, about, OTHER_NAMESPACE);
            }
            reporter(event, checks);
        }
        checks.dnsSubdomain(namespace, FieldPath.of("namespace"));
    }

    private static void reporter(ObjectValue event, Checks checks) {
        String controller = event.string("reportingComponent");
        FieldPath at = FieldPath.of("reportingController");
        if (controller.isEmpty()) {
            checks.required(at);
        }
        checks.problems(at, controller, Labels.key(controller));
        for (String field : List.of("reportingInstance", "action", "reason")) {
            checks.required(event, field, FieldPath.NONE);
            bounded(event, field, LONGEST, checks);
        }
        bounded(event, "message", LONGEST_MESSAGE, checks);
    }

    private static void bounded(ObjectValue event, String field, int most, Checks checks) {
        if (Texts.bytes(event.string(field)) > most) {
            checks.invalid(FieldPath.of(field), "", "can have at most " + most + " characters");
        }
    }

    /** An event that happens again and again. */
    private static void series(ObjectValue series, boolean given, Checks checks) {
        if (!given) {
            return;
        }
        if (series.integer("count") < 2) {
            checks.invalid(FieldPath.of("series.count"), "", "should be at least 2");
        }
        if (!series.has("lastObservedTime")) {
            checks.required(FieldPath.of("series.lastObservedTime"));
        }
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        legacy(after, checks);
        if (!strict) {
            return checks.errors();
        }
        if (!before.valueOrNull("series").equals(after.valueOrNull("series"))) {
            series(after.object("series"), after.has("series"), checks);
        }
        for (List<String> names : FIXED) {
            String field = names.getFirst();
            if (!Same.at(before, after, field)) {
                checks.invalid(FieldPath.of(names.getLast()), after.valueOrNull(field), Checks.IMMUTABLE);
            }
        }
        return checks.errors();
    }
}
