package dev.jarbor.embed;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * StatefulSets, one after the other, whose claims get folders of a node or disks of a cloud: what is retained never goes, what is not goes
 * with its pod or with its set, no claim goes from under a pod that runs, and each volume goes after its claim.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention">Claim
 *     retention</a>
 */
final class ClaimSubject implements Subject {
    private static final String PREFIX = "data-";
    private static final String NAME = "store-";

    private final Jarbor cluster;
    /** What is to become of the claims of each set, by its name. */
    private final Map<String, Policy> policies = new HashMap<>();

    private int made;

    private record Policy(boolean deletedWithSet, boolean deletedWithPod) {
        String text() {
            return "{whenDeleted: %s, whenScaled: %s}".formatted(word(deletedWithSet), word(deletedWithPod));
        }

        private static String word(boolean deleted) {
            return deleted ? "Delete" : "Retain";
        }

        boolean retains() {
            return !deletedWithSet && !deletedWithPod;
        }
    }

    ClaimSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), StorageClass.KIND, """
                metadata: {name: cloud}
                provisioner: disk.example.com
                volumeBindingMode: WaitForFirstConsumer
                """);
        create(new Policy(true, true), "local-path");
    }

    private void create(Policy policy, String storageClass) {
        String name = NAME + ++made;
        policies.put(name, policy);
        Subject.create(cluster.api(), StatefulSet.KIND, """
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: 2
                  serviceName: store
                  selector: {matchLabels: {app: %1$s}}
                  persistentVolumeClaimRetentionPolicy: %2$s
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: store, image: "store:1", volumeMounts: [{name: data, mountPath: /data}]}]}
                  volumeClaimTemplates:
                  - metadata: {name: data}
                    spec:
                      storageClassName: %3$s
                      accessModes: [ReadWriteOnce]
                      resources: {requests: {storage: 1Gi}}
                """.formatted(name, policy.text(), storageClass));
    }

    @Override
    public void act(RandomGenerator chance) {
        Optional<ObjectValue> set = set(Moment.of(cluster));
        if (set.isEmpty()) {
            String storageClass = chance.nextBoolean() ? "local-path" : "cloud";
            create(new Policy(chance.nextBoolean(), chance.nextBoolean()), storageClass);
        } else if (chance.nextInt(3) == 0) {
            Subject.delete(cluster.api(), StatefulSet.KIND, set.get());
        } else {
            String replicas = "{\"spec\":{\"replicas\":" + chance.nextInt(4) + "}}";
            Subject.patch(cluster.api(), StatefulSet.KIND, Moment.name(set.get()), replicas);
        }
    }

    /** The set that is there now. */
    private Optional<ObjectValue> set(Moment now) {
        return now.find("statefulsets.apps", NAME + made).filter(set -> !Moment.leaving(set));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        Bindings.look(before, now, findings);
        if (before.same(now, Bindings.CLAIMS)) {
            return;
        }
        for (ObjectValue claim : claims(now)) {
            findings.require(
                    !Moment.leaving(claim) || !policy(claim).retains(),
                    Moment.name(claim) + " goes though it is to be retained");
        }
        for (ObjectValue claim : claims(before)) {
            String name = Moment.name(claim);
            if (now.find(Bindings.CLAIMS, name).isEmpty()) {
                findings.require(!policy(claim).retains(), name + " is gone though it is to be retained");
                findings.require(!runs(name.substring(PREFIX.length())), name + " is gone from under its pod");
            }
        }
    }

    private static List<ObjectValue> claims(Moment now) {
        return now.all(Bindings.CLAIMS).stream()
                .filter(claim -> Moment.name(claim).startsWith(PREFIX + NAME))
                .toList();
    }

    private Policy policy(ObjectValue claim) {
        String name = Moment.name(claim);
        return policies.getOrDefault(name.substring(PREFIX.length(), name.lastIndexOf('-')), new Policy(false, false));
    }

    private boolean runs(String pod) {
        return cluster.machines().pods().stream()
                .anyMatch(record -> record.pod().name().equals(pod) && record.anythingRuns());
    }

    /**
     * A claim that was just made does not belong to its set yet, so that it stays where the set is deleted then; in the
     * reference ({@code UpdatePodClaimForRetentionPolicy}), too.
     */
    @Override
    public Optional<String> unsettled(Moment now) {
        List<String> orphans = now.orphans();
        return orphans.isEmpty()
                ? Bindings.unsettled(now)
                        .or(() -> set(now).filter(set -> !settled(set, now))
                                .map(set -> "the claims of a StatefulSet do not settle: " + set + claims(now)))
                : Optional.of("orphans are left: " + orphans);
    }

    private boolean settled(ObjectValue set, Moment now) {
        String name = Moment.name(set);
        Policy policy = policies.getOrDefault(name, new Policy(false, false));
        int replicas = (int) set.object("spec").integer("replicas");
        List<String> wanted = IntStream.range(0, replicas)
                .mapToObj(ordinal -> PREFIX + name + "-" + ordinal)
                .toList();
        List<ObjectValue> claims = claims(now).stream()
                .filter(claim -> Moment.name(claim).startsWith(PREFIX + name + "-"))
                .toList();
        List<String> names = claims.stream().map(Moment::name).toList();
        return set.object("status").integer("readyReplicas") == replicas
                && (policy.deletedWithPod() ? names.equals(wanted) : names.containsAll(wanted))
                && claims.stream().allMatch(claim -> Moment.owners(claim).isEmpty() != policy.deletedWithSet());
    }
}
