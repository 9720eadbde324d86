package dev.jarbor.junit;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.embed.JarborSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What a failed test's cluster tells: how it was started, what happened in it, and what was last there. */
final class FailureReport {
    private static final Set<String> OF_THE_SYSTEM = Set.of("kube-system", "kube-public", "kube-node-lease");
    /** What every namespace has by itself. */
    private static final Set<String> GIVEN = Set.of("ConfigMap/kube-root-ca.crt", "ServiceAccount/default");

    private static final int MOST_EVENTS = 100;
    private static final int MOST_OBJECTS = 40;
    private static final int LONGEST_OBJECT = 6_000;

    private final JarborSettings settings;
    private final Instant now;
    private final List<ObjectValue> events = new ArrayList<>();
    private final List<ObjectValue> objects = new ArrayList<>();

    private FailureReport(JarborSettings settings, Instant now) {
        this.settings = settings;
        this.now = now;
    }

    static String of(Jarbor cluster) {
        var report = new FailureReport(cluster.settings(), cluster.time().now());
        for (ObjectValue object : new ClusterObjects(cluster).namespaced()) {
            report.take(object);
        }
        return report.text();
    }

    private void take(ObjectValue object) {
        ObjectValue metadata = object.object("metadata");
        String kind = object.string("kind");
        if (OF_THE_SYSTEM.contains(metadata.string("namespace"))
                || GIVEN.contains(kind + "/" + metadata.string("name"))) {
            return;
        }
        if (!kind.equals("Event")) {
            objects.add(object);
        } else if (object.string("apiVersion").equals("v1")) { // the same are in events.k8s.io
            events.add(object);
        }
    }

    private String text() {
        var text = new StringBuilder("the cluster of this test: seed ")
                .append(settings.seed())
                .append(", time ")
                .append(settings.mode())
                .append(" from ")
                .append(settings.start())
                .append(" to ")
                .append(now)
                .append(", nodes ")
                .append(settings.nodes().size())
                .append("\n\nEvents:\n");
        events.sort(Comparator.comparing(FailureReport::when).thenComparingLong(FailureReport::revision));
        events.stream().skip(Math.max(0, events.size() - MOST_EVENTS)).forEach(event -> text.append(line(event)));
        text.append("\nObjects:\n");
        objects.stream()
                .limit(MOST_OBJECTS)
                .forEach(object -> text.append("---\n").append(yaml(object)));
        if (objects.size() > MOST_OBJECTS) {
            text.append("--- and ").append(objects.size() - MOST_OBJECTS).append(" more\n");
        }
        return text.toString();
    }

    private String line(ObjectValue event) {
        Duration since = Duration.between(settings.start(), when(event));
        String times = event.integer("count") > 1 ? " (x" + event.integer("count") + ")" : "";
        return "  " + (since.isNegative() ? when(event) : "+" + since) + " " + event.string("type") + " "
                + event.string("reason") + " " + subject(event) + ": " + event.string("message") + times + "\n";
    }

    private static Instant when(ObjectValue event) {
        for (String field : List.of("lastTimestamp", "eventTime", "firstTimestamp")) {
            if (!event.string(field).isEmpty()) {
                return Instant.parse(event.string(field));
            }
        }
        return Instant.EPOCH;
    }

    private static long revision(ObjectValue event) {
        return Long.parseLong(event.object("metadata").string("resourceVersion"));
    }

    private static String subject(ObjectValue event) {
        ObjectValue about = event.object("involvedObject");
        return about.string("kind") + " " + about.string("namespace") + "/" + about.string("name");
    }

    private static String yaml(ObjectValue object) {
        ObjectValue shown = object.update("metadata", metadata -> metadata.without("managedFields"));
        String text = Yaml.text(shown);
        return text.length() <= LONGEST_OBJECT ? text : text.substring(0, LONGEST_OBJECT) + "\n# and so on\n";
    }
}
