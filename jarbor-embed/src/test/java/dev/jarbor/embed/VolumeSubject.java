package dev.jarbor.embed;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Volumes that an administrator made, for which claims of several sizes compete, some of them used by pods: no volume gets a
 * second claim before somebody has freed it, a claim that a pod uses stays, and in the end none waits that could have one.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/persistent-volumes/#storage-object-in-use-protection">In-use
 *     protection</a>
 */
final class VolumeSubject implements Subject {
    private static final int VOLUMES = 3;
    private static final int CLAIMS = 5;
    private static final String NAME = "files-";

    private final Jarbor cluster;
    private int made;

    VolumeSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        for (int size = 1; size <= VOLUMES; size++) {
            Subject.create(cluster.api(), PersistentVolume.KIND, """
                    apiVersion: v1
                    kind: PersistentVolume
                    metadata: {name: "%1$s%2$d"}
                    spec:
                      capacity: {storage: %2$dGi}
                      accessModes: [ReadWriteOnce]
                      persistentVolumeReclaimPolicy: Retain
                      storageClassName: manual
                      nfs: {server: files, path: /%2$d}
                    """.formatted(NAME, size));
        }
    }

    @Override
    public void act(RandomGenerator chance) {
        Moment now = Moment.of(cluster);
        List<ObjectValue> claims = claims(now);
        switch (chance.nextInt(4)) {
            case 0, 1 -> {
                if (claims.size() < CLAIMS) {
                    claim(1 + chance.nextInt(VOLUMES), chance.nextBoolean());
                }
            }
            case 2 -> {
                if (!claims.isEmpty()) {
                    end(claims.get(chance.nextInt(claims.size())), chance.nextInt(3) > 0);
                }
            }
            default ->
                volumes(now).filter(volume -> phase(volume).equals("Released")).forEach(this::free);
        }
    }

    private void claim(int size, boolean used) {
        String name = NAME + ++made;
        Subject.create(cluster.api(), PersistentVolumeClaim.KIND, """
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %s, namespace: default}
                spec: {storageClassName: manual, accessModes: [ReadWriteOnce], resources: {requests: {storage: %dGi}}}
                """.formatted(name, size));
        if (used) {
            Subject.create(cluster.api(), Pod.KIND, """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %1$s, namespace: default}
                    spec:
                      tolerations: [{operator: Exists}]
                      containers: [{name: files, image: "files:1", volumeMounts: [{name: files, mountPath: /files}]}]
                      volumes: [{name: files, persistentVolumeClaim: {claimName: %1$s}}]
                    """.formatted(name));
        }
    }

    /** The claim goes, and its pod, if it has one, at once or when somebody gets round to it. */
    private void end(ObjectValue claim, boolean pod) {
        if (!Moment.leaving(claim)) {
            Subject.delete(cluster.api(), PersistentVolumeClaim.KIND, claim);
        }
        if (pod && Moment.of(cluster).find("pods", Moment.name(claim)).isPresent()) {
            Subject.delete(cluster.api(), Pod.KIND, claim);
        }
    }

    /** What was on the volume is no longer needed. */
    private void free(ObjectValue volume) {
        cluster.api()
                .patch(
                        PersistentVolume.KIND,
                        Moment.key(volume),
                        Patch.merge(Json.object("{\"spec\":{\"claimRef\":null}}")));
    }

    @Override
    public void settle() {
        Moment now = Moment.of(cluster);
        claims(now).stream().filter(Moment::leaving).forEach(claim -> end(claim, true));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        Bindings.look(before, now, findings);
        if (before.same(now, Bindings.CLAIMS)) {
            return;
        }
        Set<String> present = claims(now).stream().map(Moment::name).collect(Collectors.toSet());
        Set<String> running = new HashSet<>();
        cluster.machines().pods().stream()
                .filter(record -> record.anythingRuns())
                .forEach(record -> running.add(record.pod().name()));
        for (ObjectValue claim : claims(before)) {
            String name = Moment.name(claim);
            findings.require(present.contains(name) || !running.contains(name), name + " is gone from under its pod");
        }
    }

    private static List<ObjectValue> claims(Moment now) {
        return now.all(Bindings.CLAIMS).stream()
                .filter(claim -> Moment.name(claim).startsWith(NAME))
                .toList();
    }

    private static Stream<ObjectValue> volumes(Moment now) {
        return Bindings.volumes(now).stream()
                .filter(volume -> Moment.name(volume).startsWith(NAME));
    }

    private static String phase(ObjectValue object) {
        return object.object("status").string("phase");
    }

    private static long size(ObjectValue volume) {
        return Long.parseLong(Moment.name(volume).substring(NAME.length()));
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        long largest = volumes(now)
                .filter(volume -> phase(volume).equals("Available"))
                .mapToLong(VolumeSubject::size)
                .max()
                .orElse(0);
        List<String> waiting = claims(now).stream()
                .filter(claim -> !phase(claim).equals("Bound"))
                .filter(claim -> requested(claim) <= largest)
                .map(Moment::name)
                .toList();
        return waiting.isEmpty()
                ? Bindings.unsettled(now)
                : Optional.of("claims wait while a volume is free: " + waiting);
    }

    private static long requested(ObjectValue claim) {
        String storage =
                claim.object("spec").object("resources").object("requests").string("storage");
        return Long.parseLong(storage.substring(0, storage.length() - 2));
    }
}
