package dev.jarbor.controllers.selinux;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.EventRecorder;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tells pods that use one volume with different SELinux labels, or different ways to apply them, that only one of them could
 * run on a node where mounts are labelled as a whole. It changes nothing, and runs only where it is asked for.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/security-context/#efficient-selinux-volume-relabeling">Efficient
 *     SELinux volume relabeling</a>
 */
public final class SELinuxWarningController implements ControlLoop {
    /** Who its events come from. */
    public static final String COMPONENT = "selinux_warning";

    private static final String NAME = "selinux-warning-controller";
    private static final String BY_CLAIM = "selinux: pods by claim";

    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final Informer<PersistentVolumeClaim> claims;
    private final Informer<PersistentVolume> volumes;
    private final Informer<CSIDriver> drivers;
    private final Controller queue;

    public SELinuxWarningController(
            Informers informers, Runtime runtime, EventRecorder events, MetricRegistry metrics) {
        this.events = events;
        this.pods = informers
                .of(Pod.KIND)
                .index(
                        BY_CLAIM,
                        pod -> PodClaims.keys(pod).stream()
                                .map(ObjectKey::toString)
                                .toList());
        this.claims = informers.of(PersistentVolumeClaim.KIND);
        this.volumes = informers.of(PersistentVolume.KIND);
        this.drivers = informers.of(CSIDriver.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        // What matters of a pod never changes.
        pods.onChange(change -> {
            if (change instanceof Change.Added<Pod>) {
                queue.enqueue(change.object().key());
            }
        });
        claims.onChange(change -> {
            if (change instanceof Change.Updated<PersistentVolumeClaim>(var before, var after)
                    && !before.spec().volumeName().equals(after.spec().volumeName())) {
                lookAtPodsOf(after.key());
            }
        });
        volumes.onChange(change -> {
            if (change instanceof Change.Added<PersistentVolume>(var volume)
                    && volume.spec().hasClaimRef()) {
                lookAtPodsOf(new ObjectKey(
                        volume.spec().claimRef().namespace(),
                        volume.spec().claimRef().name()));
            }
        });
        drivers.onChange(this::driverChanged);
        metrics.gauge(
                "selinux_warning_controller_selinux_volume_conflict",
                "Conflict between two Pods using the same volume",
                List.of(
                        "property",
                        "pod1_namespace",
                        "pod1_name",
                        "pod1_value",
                        "pod2_namespace",
                        "pod2_name",
                        "pod2_value"),
                this::tellAll);
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public boolean onByDefault() {
        return false;
    }

    private void lookAtPodsOf(ObjectKey claim) {
        pods.by(BY_CLAIM, claim.toString()).forEach(pod -> queue.enqueue(pod.key()));
    }

    private void driverChanged(Change<CSIDriver> change) {
        boolean same = change instanceof Change.Updated<CSIDriver>(CSIDriver before, CSIDriver after)
                && before.spec().seLinuxMount() == after.spec().seLinuxMount();
        if (!same) {
            pods.list().stream().filter(pod -> !PodClaims.keys(pod).isEmpty()).forEach(pod -> queue.enqueue(pod.key()));
        }
    }

    private Outcome reconcile(ObjectKey key) {
        pods.get(key).filter(pod -> !PodState.isFinished(pod)).ifPresent(pod -> {
            for (Volume volume : pod.spec().volumes()) {
                PodClaims.of(pod, volume).ifPresent(claim -> check(pod, volume.name(), claim));
            }
        });
        return Outcome.DONE;
    }

    private void check(Pod pod, String volume, String claim) {
        var key = new ObjectKey(pod.namespace(), claim);
        if (isMountable(key).isEmpty() || !isMounted(pod, volume)) {
            return; // it is not known yet what the volume is
        }
        if (VolumeLabels.labels(pod, volume).size() > 1) {
            events.warning(
                    pod,
                    "MultipleSELinuxLabels",
                    "Volume \"" + volume + "\" is mounted twice with different SELinux labels inside this pod");
            return;
        }
        Map<ObjectKey, VolumeLabels.Use> uses = uses(key);
        Optional.ofNullable(uses.get(pod.key()))
                .ifPresent(own -> uses.forEach((other, use) -> {
                    tell(pod.key(), VolumeLabels.conflicts(own, use), other.name());
                    tell(other, VolumeLabels.conflicts(use, own), pod.name());
                }));
    }

    private void tell(ObjectKey told, List<VolumeLabels.Conflict> conflicts, String other) {
        pods.get(told)
                .ifPresent(pod ->
                        conflicts.forEach(conflict -> events.normal(pod, conflict.reason(), conflict.message(other))));
    }

    /** Every conflict that there is now, from either side. */
    private void tellAll(Gauge.Sink sink) {
        var all = new TreeSet<ObjectKey>();
        pods.list().forEach(pod -> all.addAll(PodClaims.keys(pod)));
        for (ObjectKey claim : all) {
            VolumeLabels.conflicts(
                    uses(claim),
                    (pod, conflict, other) -> sink.tell(
                            1,
                            conflict.property(),
                            pod.namespace(),
                            pod.name(),
                            conflict.own(),
                            other.namespace(),
                            other.name(),
                            conflict.other()));
        }
    }

    /** How each pod that is not finished uses the volume of {@code claim}; nothing while there is none. */
    private Map<ObjectKey, VolumeLabels.Use> uses(ObjectKey claim) {
        Optional<Boolean> mountable = isMountable(claim);
        var uses = new TreeMap<ObjectKey, VolumeLabels.Use>();
        if (mountable.isPresent()) {
            for (Pod pod : pods.by(BY_CLAIM, claim.toString())) {
                if (!PodState.isFinished(pod)) {
                    use(pod, claim.name(), mountable.get()).ifPresent(use -> uses.put(pod.key(), use));
                }
            }
        }
        return uses;
    }

    private static boolean isMounted(Pod pod, String volume) {
        return Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .flatMap(container -> container.volumeMounts().stream())
                .anyMatch(mount -> mount.name().equals(volume));
    }

    private static Optional<VolumeLabels.Use> use(Pod pod, String claim, boolean mountable) {
        return pod.spec().volumes().stream()
                .filter(volume -> PodClaims.of(pod, volume).equals(Optional.of(claim)) && isMounted(pod, volume.name()))
                .findFirst()
                .map(volume -> VolumeLabels.labels(pod, volume.name()))
                .filter(labels -> labels.size() < 2)
                .map(labels -> VolumeLabels.use(pod, labels, mountable));
    }

    /** Whether the driver of a claim's volume labels mounts as a whole; empty while there is no volume. */
    private Optional<Boolean> isMountable(ObjectKey claim) {
        return claims.get(claim)
                .flatMap(found -> volumes.get(ObjectKey.cluster(found.spec().volumeName())))
                .map(CsiMigration::translated)
                .map(volume -> volume.spec().hasCsi()
                        && drivers.get(ObjectKey.cluster(volume.spec().csi().driver()))
                                .filter(driver -> driver.spec().seLinuxMount())
                                .isPresent());
    }
}
