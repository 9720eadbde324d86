package dev.jarbor.node.driver;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.scheduling.CsiMigration;
import dev.jarbor.api.scheduling.CsiVolumes;
import dev.jarbor.api.storage.v1.VolumeAttachment;
import dev.jarbor.api.storage.v1.VolumeAttachmentStatus;
import dev.jarbor.api.storage.v1.VolumeError;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Has volumes of one driver attached as VolumeAttachments ask, and lets go of an attachment only when its volume is detached.
 * The volume itself is kept as long as it is attached anywhere.
 *
 * @see <a href="https://kubernetes-csi.github.io/docs/external-attacher.html">external-attacher</a>
 */
public final class Attacher implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(15);
    private static final String BY_VOLUME = "volume";

    private final Api api;
    private final Runtime runtime;
    private final VolumeDriver driver;
    private final Predicate<PersistentVolume> served;
    private final Informer<VolumeAttachment> attachments;
    private final Informer<PersistentVolume> volumes;
    private final Controller queue;
    private final Controller releases;

    /** @param served the volumes that are this driver's */
    public Attacher(
            Api api, Informers informers, Runtime runtime, VolumeDriver driver, Predicate<PersistentVolume> served) {
        this.api = api;
        this.runtime = runtime;
        this.driver = driver;
        this.served = served;
        this.attachments = informers.of(VolumeAttachment.KIND).index(BY_VOLUME, one -> List.of(volumeName(one)));
        this.volumes = informers.of(PersistentVolume.KIND);
        this.queue = new Controller("attacher of " + driver.name(), informers, runtime, 1, this::reconcile);
        this.releases = new Controller("volumes of " + driver.name(), informers, runtime, 1, this::release);
        attachments.onChange(this::attachmentChanged);
        volumes.onChange(this::volumeChanged);
    }

    private static String volumeName(VolumeAttachment attachment) {
        return attachment.spec().source().persistentVolumeName();
    }

    public void start() {
        queue.start();
        releases.start();
    }

    @Override
    public void close() {
        queue.close();
        releases.close();
    }

    private void attachmentChanged(Change<VolumeAttachment> change) {
        if (change instanceof Change.Deleted<VolumeAttachment>(var gone)) {
            releases.enqueue(ObjectKey.cluster(volumeName(gone)));
        } else {
            queue.enqueue(change.object().key());
        }
    }

    private void volumeChanged(Change<PersistentVolume> change) {
        String name = change.object().name();
        releases.enqueue(change.object().key());
        if (change instanceof Change.Added<PersistentVolume>) {
            attachments.by(BY_VOLUME, name).forEach(one -> queue.enqueue(one.key()));
        }
    }

    /** Attachments of volumes that there are not are not looked at: a volume stays while it is attached. */
    private Outcome reconcile(ObjectKey key) {
        Optional<VolumeAttachment> found = attachments.get(key);
        Optional<PersistentVolume> volume =
                found.flatMap(one -> CsiVolumes.inline(one.spec().source())
                        .or(() -> volumes.get(ObjectKey.cluster(volumeName(one))))
                        .filter(served)
                        .filter(of -> driverOf(of).equals(one.spec().attacher())));
        if (found.isEmpty() || volume.isEmpty()) {
            return Outcome.DONE;
        }
        VolumeAttachment attachment = found.get();
        if (attachment.metadata().hasDeletionTimestamp()) {
            return attachment.metadata().finalizers().contains(hold(volume.get()))
                    ? detach(attachment, volume.get())
                    : Outcome.DONE;
        }
        return attachment.status().attached() ? Outcome.DONE : attach(attachment, volume.get());
    }

    /** What keeps a volume, and each of its attachments, until it is detached. */
    private static String hold(PersistentVolume volume) {
        String driver = driverOf(volume).replaceAll("[^a-zA-Z0-9-]", "-");
        return "external-attacher/" + (driver.endsWith("-") ? driver + "X" : driver);
    }

    private static String driverOf(PersistentVolume volume) {
        return CsiMigration.driverOf(volume).orElse("");
    }

    private Outcome attach(VolumeAttachment attachment, PersistentVolume volume) {
        if (!attachment.spec().source().hasInlineVolumeSpec()) {
            held(PersistentVolume.KIND, volume, hold(volume), PersistentVolume::withMetadata);
        }
        VolumeAttachment held = held(VolumeAttachment.KIND, attachment, hold(volume), VolumeAttachment::withMetadata);
        try {
            driver.attach(CsiMigration.translated(volume), attachment.spec().nodeName());
        } catch (DriverFailure failure) {
            return failed(held, failure.text());
        }
        api.updateStatus(VolumeAttachment.KIND, held.withStatus(VolumeAttachmentStatus.EMPTY.withAttached(true)));
        return Outcome.DONE;
    }

    private Outcome failed(VolumeAttachment attachment, String message) {
        VolumeError error = VolumeError.EMPTY.withMessage(message);
        if (!attachment.status().attachError().message().equals(message)) {
            api.updateStatus(
                    VolumeAttachment.KIND,
                    attachment.withStatus(VolumeAttachmentStatus.EMPTY
                            .withAttached(false)
                            .withAttachError(error.withTime(runtime.now()))));
        }
        return Outcome.again(RETRY);
    }

    private Outcome detach(VolumeAttachment attachment, PersistentVolume volume) {
        try {
            driver.detach(CsiMigration.translated(volume), attachment.spec().nodeName());
        } catch (DriverFailure failure) {
            VolumeError error = VolumeError.EMPTY.withMessage(failure.text()).withTime(runtime.now());
            if (!attachment.status().detachError().message().equals(failure.text())) {
                api.updateStatus(
                        VolumeAttachment.KIND,
                        attachment.withStatus(attachment.status().withDetachError(error)));
            }
            return Outcome.again(RETRY);
        }
        api.update(VolumeAttachment.KIND, attachment.withMetadata(without(attachment.metadata(), hold(volume))));
        return Outcome.DONE;
    }

    /** A volume that is going goes once it is attached nowhere. */
    private Outcome release(ObjectKey key) {
        Optional<PersistentVolume> going = volumes.get(key)
                .filter(served)
                .filter(volume -> volume.metadata().hasDeletionTimestamp()
                        && volume.metadata().finalizers().contains(hold(volume)));
        if (going.isPresent() && attachments.by(BY_VOLUME, key.name()).isEmpty()) {
            PersistentVolume volume = going.get();
            api.update(PersistentVolume.KIND, volume.withMetadata(without(volume.metadata(), hold(volume))));
        }
        return Outcome.DONE;
    }

    private <T extends KubeObject> T held(Kind<T> kind, T object, String hold, BiFunction<T, ObjectMeta, T> with) {
        if (object.metadata().finalizers().contains(hold)) {
            return object;
        }
        List<String> all = Stream.concat(object.metadata().finalizers().stream(), Stream.of(hold))
                .toList();
        return api.update(kind, with.apply(object, object.metadata().withFinalizers(all)));
    }

    private static ObjectMeta without(ObjectMeta metadata, String hold) {
        List<String> others = metadata.finalizers().stream()
                .filter(name -> !name.equals(hold))
                .toList();
        return others.isEmpty() ? metadata.withoutFinalizers() : metadata.withFinalizers(others);
    }
}
