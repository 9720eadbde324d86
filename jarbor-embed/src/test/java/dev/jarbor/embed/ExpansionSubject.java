package dev.jarbor.embed;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.api.storage.v1.VolumeAttributesClass;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Patch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Claims whose owner asks for more and more, at times for more than any driver can give, thinks better of it while that is
 * under way, and wants other attributes: a claim never shows less than it did, nor more than its volume has, nor more before a
 * node has seen to it; no volume is of a size or a class that nobody asked for; and in the end nothing is under way any more.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-storage/1790-recover-resize-failure">KEP-1790</a>
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volume-attributes-classes/">Volume attributes classes</a>
 */
final class ExpansionSubject implements Subject {
    private static final String NAME = "archive";
    private static final int REPLICAS = 2;
    private static final String DRIVER = "simulated.csi.jarbor.dev";
    private static final Calls DRIVERS = Calls.ANY.writing().by("simulated-csi-driver");
    /** More than the driver can give. */
    private static final String TOO_MUCH = "20Ti";
    /** The last of these is none that the driver knows how to make. */
    private static final List<String> IOPS = List.of("1000", "4000", "many");

    private final Jarbor cluster;
    private final Workload archive;
    /** Every size that was ever asked for, by claim. */
    private final Map<String, Collection<Quantity>> asked = new TreeMap<>();

    ExpansionSubject(Jarbor cluster) {
        this.cluster = cluster;
        this.archive = new Workload(cluster, StatefulSet.KIND, NAME);
    }

    @Override
    public void begin() {
        Subject.create(cluster.api(), StorageClass.KIND, """
                metadata: {name: growing}
                provisioner: %s
                allowVolumeExpansion: true
                volumeBindingMode: WaitForFirstConsumer
                """.formatted(DRIVER));
        IOPS.forEach(iops -> Subject.create(cluster.api(), VolumeAttributesClass.KIND, """
                metadata: {name: "%1$s"}
                driverName: %2$s
                parameters: {iops: "%1$s"}
                """.formatted(iops, DRIVER)));
        Subject.create(cluster.api(), StatefulSet.KIND, """
                metadata: {name: %1$s, namespace: default}
                spec:
                  replicas: %2$d
                  serviceName: %1$s
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: %1$s, image: "%1$s:1", volumeMounts: [{name: disk, mountPath: /disk}]}]}
                  volumeClaimTemplates:
                  - metadata: {name: disk}
                    spec:
                      storageClassName: growing
                      accessModes: [ReadWriteOnce]
                      resources: {requests: {storage: 1Gi}}
                """.formatted(NAME, REPLICAS));
    }

    @Override
    public void act(RandomGenerator chance) {
        List<ObjectValue> bound = bound(Moment.of(cluster));
        int what = chance.nextInt(8);
        if (bound.isEmpty()) {
            return;
        }
        ObjectValue claim = bound.get(chance.nextInt(bound.size()));
        switch (what) {
            case 0, 1, 2 -> ask(claim, more(claim, 1 + chance.nextInt(4)));
            case 3 -> ask(claim, TOO_MUCH);
            case 4, 5 -> attributes(claim, IOPS.get(chance.nextInt(IOPS.size())));
            case 6 -> cluster.faults().conflict(DRIVERS, 1 + chance.nextInt(3));
            default -> cluster.faults().fail(DRIVERS, 1 + chance.nextInt(3));
        }
    }

    /** More than the claim shows, which may be less than it asks for. */
    private static String more(ObjectValue claim, int gibibytes) {
        return capacity(claim).add(Quantity.parse(gibibytes + "Gi")).toString();
    }

    private void ask(ObjectValue claim, String size) {
        asked(claim).add(Quantity.parse(size));
        change(claim, "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"" + size + "\"}}}}");
    }

    private void attributes(ObjectValue claim, String name) {
        change(claim, "{\"spec\":{\"volumeAttributesClassName\":\"" + name + "\"}}");
    }

    private void change(ObjectValue claim, String json) {
        cluster.api().patch(PersistentVolumeClaim.KIND, Moment.key(claim), Patch.merge(Json.object(json)));
    }

    private Collection<Quantity> asked(ObjectValue claim) {
        return asked.computeIfAbsent(Moment.name(claim), name -> new TreeSet<>(List.of(Quantity.parse("1Gi"))));
    }

    @Override
    public void harm(RandomGenerator chance) {
        archive.loseAPod(chance);
    }

    /** The owner takes back what nobody can give. */
    @Override
    public void settle() {
        for (ObjectValue claim : bound(Moment.of(cluster))) {
            ask(claim, more(claim, 1));
            if (attributes(claim.object("spec")).equals(IOPS.getLast())) {
                attributes(claim, IOPS.getFirst());
            }
        }
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        Bindings.look(before, now, findings);
        if (before.same(now, Bindings.CLAIMS, Bindings.VOLUMES)) {
            return;
        }
        for (ObjectValue claim : bound(now)) {
            String name = Moment.name(claim);
            ObjectValue volume = volume(now, claim);
            findings.require(
                    capacity(claim).compareTo(size(volume)) <= 0,
                    name + " shows " + capacity(claim) + " of a volume of " + size(volume));
            findings.require(asked(claim).contains(size(volume)), name + " has " + size(volume) + ", not " + asked);
            findings.require(
                    !attributes(volume.object("spec")).equals(IOPS.getLast()), name + " has what its driver cannot do");
            before.find(Bindings.CLAIMS, name)
                    .filter(ExpansionSubject::isBound)
                    .ifPresent(earlier -> look(earlier, claim, volume, findings));
        }
    }

    private static void look(ObjectValue before, ObjectValue claim, ObjectValue volume, Findings findings) {
        int change = capacity(claim).compareTo(capacity(before));
        String name = Moment.name(claim);
        findings.require(change >= 0, name + " shrinks from " + capacity(before) + " to " + capacity(claim));
        findings.require(
                change <= 0 || states(before).string("storage").equals("NodeResizeInProgress"),
                name + " shows " + capacity(claim) + " though no node has seen to it: " + states(before));
        String current = current(claim);
        findings.require(
                current.equals(current(before)) || current.equals(attributes(volume.object("spec"))),
                name + " shows the attributes " + current + ", which its volume does not have");
    }

    private static List<ObjectValue> claims(Moment now) {
        return now.all(Bindings.CLAIMS).stream()
                .filter(claim -> Moment.name(claim).startsWith("disk-" + NAME))
                .toList();
    }

    private static List<ObjectValue> bound(Moment now) {
        return claims(now).stream().filter(ExpansionSubject::isBound).toList();
    }

    private static boolean isBound(ObjectValue claim) {
        return claim.object("status").string("phase").equals("Bound");
    }

    private static ObjectValue volume(Moment now, ObjectValue claim) {
        return now.find(Bindings.VOLUMES, "", claim.object("spec").string("volumeName"))
                .orElse(ObjectValue.EMPTY);
    }

    private static Quantity size(ObjectValue volume) {
        return storage(volume.object("spec").object("capacity"));
    }

    private static Quantity capacity(ObjectValue claim) {
        return storage(claim.object("status").object("capacity"));
    }

    private static Quantity request(ObjectValue claim) {
        return storage(claim.object("spec").object("resources").object("requests"));
    }

    private static Quantity storage(ObjectValue amounts) {
        return Quantity.read(amounts.valueOrNull("storage"));
    }

    private static ObjectValue states(ObjectValue claim) {
        return claim.object("status").object("allocatedResourceStatuses");
    }

    private static String current(ObjectValue claim) {
        return claim.object("status").string("currentVolumeAttributesClassName");
    }

    private static String attributes(ObjectValue spec) {
        return spec.string("volumeAttributesClassName");
    }

    /** Who asked for less while more was under way may have got more. */
    @Override
    public Optional<String> unsettled(Moment now) {
        List<String> open = claims(now).stream()
                .filter(claim -> !settled(claim, now))
                .map(claim -> Moment.name(claim) + " " + claim.object("status"))
                .toList();
        return open.isEmpty() && claims(now).size() == REPLICAS
                ? Bindings.unsettled(now)
                        .or(() -> archive.unsettled(
                                now, found -> found.object("status").integer("readyReplicas") == REPLICAS))
                : Optional.of("claims that were changed do not settle: " + open);
    }

    private static boolean settled(ObjectValue claim, Moment now) {
        ObjectValue status = claim.object("status");
        ObjectValue volume = volume(now, claim);
        String wanted = attributes(claim.object("spec"));
        return isBound(claim)
                && capacity(claim).compareTo(request(claim)) >= 0
                && capacity(claim).equals(size(volume))
                && states(claim).isEmpty()
                && status.list("conditions").isEmpty()
                && !status.has("modifyVolumeStatus")
                && current(claim).equals(wanted)
                && attributes(volume.object("spec")).equals(wanted);
    }
}
