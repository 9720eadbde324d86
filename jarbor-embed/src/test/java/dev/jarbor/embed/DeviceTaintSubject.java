package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Devices about which rules come, change and go: a pod leaves a device that must not be used any longer, who tolerates that
 * for a while stays that long, who always does stays; no device is given to whom a rule keeps from it; and in the end nobody
 * waits who could have one, and each rule says that it is done.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/#device-taints-and-tolerations">
 *     Device taints and tolerations</a>
 */
final class DeviceTaintSubject implements Subject {
    private static final String NODE = "node-ports";
    private static final String OWN = "example.com/ports";
    private static final String DRIVER = "port.example.com";
    private static final List<String> DEVICES = List.of("port-0", "port-1", "port-2", "port-3");
    private static final List<String> EFFECTS = List.of("NoExecute", "NoExecute", "NoSchedule", "None");
    private static final int MOST = 3;
    private static final String CLAIMS = "resourceclaims.resource.k8s.io";
    private static final Duration TOLERATED = Duration.ofMinutes(1);
    /** How long it may take until a loop hears of a rule, or that it is gone. */
    private static final Duration HEARD = Duration.ofSeconds(10);

    private final Jarbor cluster;
    private final List<Rule> rules = new ArrayList<>();
    private int made;

    /** Who wants a device, and what its claim tolerates. */
    private enum App {
        FRAIL("port-frail", ""),
        PATIENT(
                "port-patient",
                "{operator: Exists, effect: NoExecute, tolerationSeconds: %d}".formatted(TOLERATED.toSeconds())),
        HARDY("port-hardy", "{operator: Exists}");

        private final String app;
        private final String toleration;

        App(String app, String toleration) {
            this.app = app;
            this.toleration = toleration;
        }

        /** Whether {@code rule} drives it from a device, at any time from {@code from} to {@code to}. */
        boolean isDriven(Rule rule, Instant from, Instant to) {
            Duration grace = this == PATIENT ? TOLERATED : Duration.ZERO;
            return this != HARDY
                    && rule.effect.equals("NoExecute")
                    && !rule.until.isBefore(from)
                    && !rule.since.plus(grace).isAfter(to);
        }

        /** Whether it gets no device that {@code rule} is about. */
        boolean isKeptFrom(Rule rule) {
            return switch (this) {
                case FRAIL -> !rule.effect.equals("None");
                case PATIENT -> rule.effect.equals("NoSchedule");
                case HARDY -> false;
            };
        }
    }

    /**
     * What one rule said for a while.
     *
     * @param device "" for all
     */
    private record Rule(String name, String device, String effect, Instant since, Instant until) {
        boolean isAbout(String other) {
            return device.isEmpty() || device.equals(other);
        }

        boolean isThere() {
            return until.equals(Instant.MAX);
        }
    }

    DeviceTaintSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    /** One more node, to which nobody else comes, in a cluster that has such rules. */
    static JarborSettings in(JarborSettings settings) {
        var nodes = new ArrayList<>(settings.nodes());
        nodes.add(SimulatedNode.named(NODE)
                .withTaint(OWN, "", "NoSchedule")
                .withDevices(
                        DRIVER, DEVICES.stream().map(Device.EMPTY::withName).toList()));
        return settings.withNodes(nodes).serving("resource.k8s.io/v1beta2=true");
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), DeviceClass.KIND, """
                metadata: {name: port}
                spec: {selectors: [{cel: {expression: "device.driver == '%s'"}}]}
                """.formatted(DRIVER));
        for (App one : App.values()) {
            Subject.create(cluster.api(), ResourceClaimTemplate.KIND, """
                    metadata: {name: %s, namespace: default}
                    spec: {spec: {devices: {requests: [{name: port, exactly: {deviceClassName: port, tolerations: [%s]}}]}}}
                    """.formatted(one.app, one.toleration));
        }
        deployment(App.FRAIL, 2);
        deployment(App.HARDY, 1);
        patient();
    }

    private void deployment(App one, int replicas) {
        Subject.create(cluster.api(), Deployment.KIND, """
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: %3$s
                """.formatted(one.app, replicas, spec(one)));
    }

    /** Nobody puts another in its place: it would be given the same device again, and be sent away at once. */
    private void patient() {
        Subject.create(cluster.api(), Pod.KIND, """
                metadata: {name: %1$s-%2$d, namespace: default, labels: {app: %1$s}}
                spec: %3$s
                """.formatted(App.PATIENT.app, ++made, spec(App.PATIENT)));
    }

    private static String spec(App one) {
        return """
                {tolerations: [{key: %2$s, operator: Exists}], \
                containers: [{name: main, image: "%1$s:1", resources: {claims: [{name: port}]}}], \
                resourceClaims: [{name: port, resourceClaimTemplateName: %1$s}]}""".formatted(one.app, OWN);
    }

    @Override
    public void act(RandomGenerator chance) {
        List<Rule> there = rules.stream().filter(Rule::isThere).toList();
        String effect = EFFECTS.get(chance.nextInt(EFFECTS.size()));
        int some = chance.nextInt(DEVICES.size() * 3);
        switch (chance.nextInt(5)) {
            case 0, 1 -> {
                if (there.size() < MOST) {
                    begin("ports-" + ++made, some < DEVICES.size() ? "" : DEVICES.get(some % DEVICES.size()), effect);
                }
            }
            case 2 -> {
                if (!there.isEmpty()) {
                    change(there.get(some % there.size()), effect);
                }
            }
            case 3 -> {
                if (!there.isEmpty()) {
                    end(there.get(some % there.size()));
                }
            }
            default -> {
                if (Moment.of(cluster).pods(App.PATIENT.app).isEmpty()) {
                    patient();
                }
            }
        }
    }

    /** What it comes to may be written before this returns. */
    private void begin(String name, String device, String effect) {
        said(name, device, effect);
        Subject.create(cluster.api(), DeviceTaintRule.KIND, """
                metadata: {name: %s}
                spec: {deviceSelector: {driver: %s%s}, taint: {key: example.com/broken, effect: %s}}
                """.formatted(
                        name, DRIVER, device.isEmpty() ? "" : ", device: " + device, effect));
    }

    /** A taint says when it was put on to the second. */
    private void said(String name, String device, String effect) {
        Instant since = cluster.time().now().truncatedTo(ChronoUnit.SECONDS);
        rules.add(new Rule(name, device, effect, since, Instant.MAX));
    }

    private void change(Rule rule, String effect) {
        if (!rule.effect().equals(effect)) {
            over(rule);
            said(rule.name(), rule.device(), effect);
            String json = "{\"spec\":{\"taint\":{\"effect\":\"" + effect + "\"}}}";
            cluster.api().patch(DeviceTaintRule.KIND, ObjectKey.cluster(rule.name()), Patch.merge(Json.object(json)));
        }
    }

    private void end(Rule rule) {
        over(rule);
        cluster.api().delete(DeviceTaintRule.KIND, ObjectKey.cluster(rule.name()));
    }

    private void over(Rule rule) {
        rules.remove(rule);
        rules.add(new Rule(
                rule.name(),
                rule.device(),
                rule.effect(),
                rule.since(),
                cluster.time().now()));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (!before.same(now, "pods")) {
            for (App one : App.values()) {
                before.pods(one.app).stream()
                        .filter(pod -> !Moment.leaving(pod) && goes(pod, now))
                        .forEach(pod -> findings.require(
                                mayGo(one, device(before, pod)), Moment.name(pod) + " goes where it may stay"));
            }
        }
        if (!before.same(now, CLAIMS)) {
            for (App one : App.values()) {
                claims(now, one).stream()
                        .filter(claim -> !device(claim).isEmpty())
                        .filter(claim -> before.find(CLAIMS, Moment.name(claim))
                                .map(DeviceTaintSubject::device)
                                .orElse("")
                                .isEmpty())
                        .forEach(claim -> findings.require(
                                mayHave(one, device(claim)), Moment.name(claim) + " is given " + device(claim)));
            }
        }
    }

    private static boolean goes(ObjectValue pod, Moment now) {
        return now.find("pods", Moment.name(pod)).map(Moment::leaving).orElse(true);
    }

    private boolean mayGo(App one, String device) {
        Instant now = cluster.time().now();
        return rules.stream().anyMatch(rule -> rule.isAbout(device) && one.isDriven(rule, now.minus(HEARD), now));
    }

    private boolean mayHave(App one, String device) {
        Instant known = cluster.time().now().minus(HEARD);
        return rules.stream()
                .filter(rule -> rule.isThere() && rule.since().isBefore(known) && rule.isAbout(device))
                .noneMatch(one::isKeptFrom);
    }

    private static List<ObjectValue> claims(Moment now, App one) {
        return now.all(CLAIMS).stream()
                .filter(claim -> Moment.name(claim).startsWith(one.app))
                .toList();
    }

    /** Which {@code pod} has; "" for none. */
    private static String device(Moment now, ObjectValue pod) {
        return pod.object("status").list("resourceClaimStatuses").objects().stream()
                .flatMap(status -> now.find(CLAIMS, status.string("resourceClaimName")).stream())
                .map(DeviceTaintSubject::device)
                .findFirst()
                .orElse("");
    }

    private static String device(ObjectValue claim) {
        return claim.object("status").object("allocation").object("devices").list("results").objects().stream()
                .map(result -> result.string("device"))
                .findFirst()
                .orElse("");
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var open = new ArrayList<String>();
        Set<String> taken =
                now.all(CLAIMS).stream().map(DeviceTaintSubject::device).collect(Collectors.toSet());
        for (App one : App.values()) {
            List<ObjectValue> pods = now.pods(one.app);
            for (ObjectValue pod : pods) {
                String device = device(now, pod);
                boolean settled = device.isEmpty()
                        ? DEVICES.stream().noneMatch(other -> !taken.contains(other) && mayHave(one, other))
                        : Moment.serves(pod) && !mayGo(one, device);
                if (!settled) {
                    open.add(Moment.name(pod) + " with \"" + device + "\"");
                }
            }
            if (claims(now, one).size() != pods.size()) {
                open.add("claims of " + one.app);
            }
        }
        rules.stream()
                .filter(rule -> rule.isThere() && !isTold(rule, now))
                .forEach(rule -> open.add("the status of " + rule.name()));
        return open.isEmpty() ? Optional.empty() : Optional.of("rules of devices do not settle: " + open);
    }

    private static boolean isTold(Rule rule, Moment now) {
        ObjectValue found =
                now.find("devicetaintrules.resource.k8s.io", "", rule.name()).orElseThrow();
        return found.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("EvictionInProgress")
                        && condition.string("status").equals("False")
                        && condition.integer("observedGeneration")
                                == found.object("metadata").integer("generation"));
    }
}
