package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The rows of what makes pods. */
final class WorkloadRows {
    private WorkloadRows() {}

    private static ObjectValue podSpec(ObjectValue owner) {
        return owner.object("template").object("spec");
    }

    static ListValue deployment(Row row) {
        return RowPrinter.row(
                row.name(),
                row.status().integer("readyReplicas") + "/" + Row.number(row.spec(), "replicas", 1),
                row.status().integer("updatedReplicas"),
                row.status().integer("availableReplicas"),
                row.age(),
                Row.containers(podSpec(row.spec()), "name"),
                Row.containers(podSpec(row.spec()), "image"),
                Row.selector(row.spec().object("selector")));
    }

    static ListValue replicaSet(Row row) {
        return replicas(row, Row.selector(row.spec().object("selector")));
    }

    static ListValue replicationController(Row row) {
        return replicas(row, Row.labels(row.spec().object("selector")));
    }

    private static ListValue replicas(Row row, String selector) {
        return RowPrinter.row(
                row.name(),
                Row.number(row.spec(), "replicas", 1),
                row.status().integer("replicas"),
                row.status().integer("readyReplicas"),
                row.age(),
                Row.containers(podSpec(row.spec()), "name"),
                Row.containers(podSpec(row.spec()), "image"),
                selector);
    }

    static ListValue statefulSet(Row row) {
        return RowPrinter.row(
                row.name(),
                row.status().integer("readyReplicas") + "/" + Row.number(row.spec(), "replicas", 1),
                row.age(),
                Row.containers(podSpec(row.spec()), "name"),
                Row.containers(podSpec(row.spec()), "image"));
    }

    static ListValue daemonSet(Row row) {
        ObjectValue status = row.status();
        return RowPrinter.row(
                row.name(),
                status.integer("desiredNumberScheduled"),
                status.integer("currentNumberScheduled"),
                status.integer("numberReady"),
                status.integer("updatedNumberScheduled"),
                status.integer("numberAvailable"),
                Row.labels(podSpec(row.spec()).object("nodeSelector")),
                row.age(),
                Row.containers(podSpec(row.spec()), "name"),
                Row.containers(podSpec(row.spec()), "image"),
                Row.selector(row.spec().object("selector")));
    }

    static ListValue job(Row row) {
        return RowPrinter.row(
                row.name(),
                jobStatus(row),
                completions(row),
                jobDuration(row),
                row.age(),
                Row.containers(podSpec(row.spec()), "name"),
                Row.containers(podSpec(row.spec()), "image"),
                Row.selector(row.spec().object("selector")));
    }

    private static String jobStatus(Row row) {
        if (row.conditionIsTrue("Complete")) {
            return "Complete";
        }
        if (row.conditionIsTrue("Failed")) {
            return "Failed";
        }
        if (row.deleting()) {
            return "Terminating";
        }
        for (String state : new String[] {"Suspended", "FailureTarget", "SuccessCriteriaMet"}) {
            if (row.conditionIsTrue(state)) {
                return state;
            }
        }
        return "Running";
    }

    private static String completions(Row row) {
        long succeeded = row.status().integer("succeeded");
        if (row.spec().has("completions")) {
            return succeeded + "/" + row.spec().integer("completions");
        }
        long parallelism = row.spec().integer("parallelism");
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String jobDuration(Row row) {
        Optional<Instant> start = Row.time(row.status(), "startTime");
        if (start.isEmpty()) {
            return "";
        }
        Instant end = Row.time(row.status(), "completionTime").orElse(row.now());
        return Ages.text(Duration.between(start.get(), end));
    }

    static ListValue cronJob(Row row) {
        ObjectValue template = podSpec(row.spec().object("jobTemplate").object("spec"));
        return RowPrinter.row(
                row.name(),
                row.spec().string("schedule"),
                Row.or(row.spec().string("timeZone"), Row.NONE),
                row.spec().has("suspend") ? (row.spec().bool("suspend") ? "True" : "False") : Row.UNSET,
                row.status().list("active").size(),
                row.status().has("lastScheduleTime")
                        ? row.since(row.status().valueOrNull("lastScheduleTime"))
                        : Row.NONE,
                row.age(),
                Row.containers(template, "name"),
                Row.containers(template, "image"),
                Row.selector(row.spec().object("jobTemplate").object("spec").object("selector")));
    }

    static ListValue podTemplate(Row row) {
        ObjectValue template = row.object().object("template");
        return RowPrinter.row(
                row.name(),
                Row.containers(template.object("spec"), "name"),
                Row.containers(template.object("spec"), "image"),
                Row.labels(template.object("metadata").object("labels")));
    }

    static ListValue controllerRevision(Row row) {
        String owner = row.metadata().list("ownerReferences").objects().stream()
                .filter(reference -> reference.bool("controller"))
                .map(reference -> owner(reference))
                .findFirst()
                .orElse(Row.NONE);
        return RowPrinter.row(row.name(), owner, row.object().integer("revision"), row.age());
    }

    private static String owner(ObjectValue reference) {
        String apiVersion = reference.string("apiVersion");
        String group = apiVersion.contains("/") ? "." + apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        return reference.string("kind").toLowerCase(java.util.Locale.ROOT) + group + "/" + reference.string("name");
    }

    static ListValue podDisruptionBudget(Row row) {
        return RowPrinter.row(
                row.name(),
                orNotApplicable(row.spec(), "minAvailable"),
                orNotApplicable(row.spec(), "maxUnavailable"),
                row.status().integer("disruptionsAllowed"),
                row.age());
    }

    private static String orNotApplicable(ObjectValue spec, String field) {
        return spec.has(field) ? spec.valueOrNull(field).toString() : "N/A";
    }

    static ListValue horizontalPodAutoscaler(Row row) {
        ObjectValue target = row.spec().object("scaleTargetRef");
        return RowPrinter.row(
                row.name(),
                target.string("kind") + "/" + target.string("name"),
                ScaleTargets.text(row.spec(), row.status()),
                row.spec().has("minReplicas") ? Long.toString(row.spec().integer("minReplicas")) : Row.UNSET,
                row.spec().integer("maxReplicas"),
                row.status().integer("currentReplicas"),
                row.age());
    }
}
