package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.resource.v1.Device;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaimTemplate;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Pods that want a device each, at times more than there are: no device is allocated to two claims, and in the end each pod
 * has its own, and no claim is left of those that are gone.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic resource
 *     allocation</a>
 */
final class DeviceSubject implements Subject {
    private static final String DRIVER = "gpu.example.com";
    private static final String CLAIMS = "resourceclaims.resource.k8s.io";
    private static final int DEVICES = 4;

    private final Jarbor cluster;
    private final Workload train;

    DeviceSubject(Jarbor cluster) {
        this.cluster = cluster;
        this.train = new Workload(cluster, Deployment.KIND, "train");
    }

    /** Two of four nodes have two devices each. */
    static SimulatedNode furnish(SimulatedNode node) {
        List<Device> two = List.of(Device.EMPTY.withName("gpu-0"), Device.EMPTY.withName("gpu-1"));
        return node.name().compareTo("node-2") < 0 ? node.withDevices(DRIVER, two) : node;
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), DeviceClass.KIND, """
                metadata: {name: gpu}
                spec: {selectors: [{cel: {expression: "device.driver == 'gpu.example.com'"}}]}
                """);
        Subject.create(cluster.api(), ResourceClaimTemplate.KIND, """
                metadata: {name: one-gpu, namespace: default}
                spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}}
                """);
        Subject.create(cluster.api(), Deployment.KIND, """
                metadata: {name: train, namespace: default}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: train}}
                  template:
                    metadata: {labels: {app: train}}
                    spec:
                      containers: [{name: train, image: "train:1", resources: {claims: [{name: gpu}]}}]
                      resourceClaims: [{name: gpu, resourceClaimTemplateName: one-gpu}]
                """);
    }

    @Override
    public void act(RandomGenerator chance) {
        if (chance.nextInt(3) == 0) {
            train.rollOut(chance);
        } else {
            scale(chance.nextInt(DEVICES + 3));
        }
    }

    private void scale(int replicas) {
        train.patch("{\"spec\":{\"replicas\":" + replicas + "}}");
    }

    @Override
    public void harm(RandomGenerator chance) {
        train.loseAPod(chance);
    }

    @Override
    public void settle() {
        scale(DEVICES);
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, CLAIMS)) {
            return;
        }
        var taken = new HashMap<String, String>();
        for (ObjectValue claim : claims(now)) {
            for (ObjectValue device : allocated(claim)) {
                String name = device.string("pool") + "/" + device.string("device");
                String other = taken.putIfAbsent(name, Moment.name(claim));
                findings.require(other == null, name + " is allocated to " + Moment.name(claim) + " and " + other);
            }
        }
    }

    /** Those of its own pods. */
    private static List<ObjectValue> claims(Moment now) {
        return now.all(CLAIMS).stream()
                .filter(claim -> Moment.name(claim).startsWith("train-"))
                .toList();
    }

    private static List<ObjectValue> allocated(ObjectValue claim) {
        return claim.object("status")
                .object("allocation")
                .object("devices")
                .list("results")
                .objects();
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        Map<String, ObjectValue> pods = new HashMap<>();
        now.pods("train").forEach(pod -> pods.put(Moment.uid(pod), pod));
        List<ObjectValue> claims = claims(now);
        boolean held = claims.stream()
                .allMatch(claim -> allocated(claim).size() == 1
                        && claim.object("status").list("reservedFor").objects().stream()
                                .allMatch(holder -> pods.containsKey(holder.string("uid"))));
        return held && claims.size() == DEVICES
                ? train.unsettled(
                        now,
                        found -> found.object("status").integer("readyReplicas") == DEVICES
                                && found.object("status").integer("updatedReplicas") == DEVICES
                                && pods.size() == DEVICES)
                : Optional.of("claims of devices do not settle: "
                        + claims.stream().map(Moment::name).toList());
    }
}
