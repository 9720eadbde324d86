package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The rows of nodes, namespaces, events and the small things of the core group. */
final class ClusterRows {
    private static final String ROLE = "node-role.kubernetes.io/";

    private ClusterRows() {}

    static ListValue node(Row row) {
        var status = new ArrayList<String>();
        status.add(row.condition("Ready")
                .map(ready -> ready.string("status").equals("True") ? "Ready" : "NotReady")
                .orElse("Unknown"));
        if (row.spec().bool("unschedulable")) {
            status.add("SchedulingDisabled");
        }
        ObjectValue info = row.status().object("nodeInfo");
        return RowPrinter.row(
                row.name(),
                String.join(",", status),
                roles(row.metadata().object("labels")),
                row.age(),
                info.string("kubeletVersion"),
                address(row.status(), "InternalIP"),
                address(row.status(), "ExternalIP"),
                Row.or(info.string("osImage"), Row.UNKNOWN),
                Row.or(info.string("kernelVersion"), Row.UNKNOWN),
                Row.or(info.string("containerRuntimeVersion"), Row.UNKNOWN));
    }

    private static String roles(ObjectValue labels) {
        var roles = new TreeSet<String>();
        labels.strings().forEach((name, value) -> {
            if (name.startsWith(ROLE) && name.length() > ROLE.length()) {
                roles.add(name.substring(ROLE.length()));
            } else if (name.equals("kubernetes.io/role") && !value.isEmpty()) {
                roles.add(value);
            }
        });
        return roles.isEmpty() ? Row.NONE : String.join(",", roles);
    }

    private static String address(ObjectValue status, String type) {
        return status.list("addresses").objects().stream()
                .filter(address -> address.string("type").equals(type))
                .map(address -> address.string("address"))
                .findFirst()
                .orElse(Row.NONE);
    }

    static ListValue namespace(Row row) {
        return RowPrinter.row(row.name(), row.status().string("phase"), row.age());
    }

    /** Events have other field names in events.k8s.io than in the core group; both are read. */
    static ListValue event(Row row) {
        ObjectValue event = row.object();
        ObjectValue about = event.has("regarding") ? event.object("regarding") : event.object("involvedObject");
        ObjectValue series = event.object("series");
        Value first = firstOf(event, "firstTimestamp", "deprecatedFirstTimestamp", "eventTime");
        Value last = series.has("lastObservedTime")
                ? series.valueOrNull("lastObservedTime")
                : firstOf(event, "lastTimestamp", "deprecatedLastTimestamp", "eventTime");
        long count = series.has("count")
                ? series.integer("count")
                : Math.max(event.integer("count"), event.integer("deprecatedCount"));
        return RowPrinter.row(
                row.since(last),
                event.string("type"),
                event.string("reason"),
                about.string("kind").toLowerCase(Locale.ROOT) + "/" + about.string("name"),
                about.string("fieldPath"),
                source(event),
                Row.or(event.string("message"), event.string("note")).strip(),
                row.since(first),
                Math.max(count, 1),
                row.name());
    }

    private static Value firstOf(ObjectValue event, String... fields) {
        for (String field : fields) {
            if (Row.time(event, field).isPresent()) {
                return event.valueOrNull(field);
            }
        }
        return event.object("metadata").valueOrNull("creationTimestamp");
    }

    private static String source(ObjectValue event) {
        ObjectValue source = event.has("source") ? event.object("source") : event.object("deprecatedSource");
        String component = Row.or(
                source.string("component"),
                Row.or(event.string("reportingComponent"), event.string("reportingController")));
        String host = Row.or(source.string("host"), event.string("reportingInstance"));
        return host.isEmpty() ? component : component + ", " + host;
    }

    static ListValue configMap(Row row) {
        long data = row.object().object("data").size()
                + (long) row.object().object("binaryData").size();
        return RowPrinter.row(row.name(), data, row.age());
    }

    static ListValue secret(Row row) {
        return RowPrinter.row(
                row.name(),
                row.object().string("type"),
                row.object().object("data").size(),
                row.age());
    }

    static ListValue nameAndAge(Row row) {
        return RowPrinter.row(row.name(), row.age());
    }

    static ListValue resourceQuota(Row row) {
        var requests = new ArrayList<String>();
        var limits = new ArrayList<String>();
        row.status().object("hard").strings().forEach((resource, hard) -> {
            String used = row.status().object("used").valueOrNull(resource).toString();
            String shown = resource + ": " + (used.equals("null") ? "0" : used) + "/" + hard;
            (resource.startsWith("limits.") ? limits : requests).add(shown);
        });
        return RowPrinter.row(row.name(), String.join(", ", requests), String.join(", ", limits), row.age());
    }

    static ListValue componentStatus(Row row) {
        List<ObjectValue> healthy = row.object().list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("Healthy"))
                .toList();
        if (healthy.isEmpty()) {
            return RowPrinter.row(row.name(), "Unknown", "", "");
        }
        ObjectValue condition = healthy.getFirst();
        return RowPrinter.row(
                row.name(),
                condition.string("status").equals("True") ? "Healthy" : "Unhealthy",
                condition.string("message"),
                condition.string("error"));
    }

    static ListValue lease(Row row) {
        return RowPrinter.row(row.name(), row.spec().string("holderIdentity"), row.age());
    }

    static ListValue leaseCandidate(Row row) {
        return RowPrinter.row(
                row.name(),
                row.spec().string("leaseName"),
                row.spec().string("binaryVersion"),
                row.spec().string("emulationVersion"),
                row.age());
    }

    static ListValue scale(Row row) {
        return RowPrinter.row(
                row.name(), row.spec().integer("replicas"), row.status().integer("replicas"), row.age());
    }

    static ListValue priorityClass(Row row) {
        return RowPrinter.row(
                row.name(),
                row.object().integer("value"),
                row.object().bool("globalDefault"),
                row.age(),
                row.object().string("preemptionPolicy"));
    }

    static ListValue runtimeClass(Row row) {
        return RowPrinter.row(row.name(), row.object().string("handler"), row.age());
    }
}
