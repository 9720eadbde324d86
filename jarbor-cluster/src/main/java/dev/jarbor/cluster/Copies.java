package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.cluster.options.WrongOption;
import dev.jarbor.disk.Backup;
import dev.jarbor.etcd.EtcdCopy;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreException;
import dev.jarbor.store.record.Kept;
import dev.jarbor.store.record.RecordFormat;
import dev.jarbor.store.sealing.SealedException;
import dev.jarbor.store.sealing.Sealing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Backups of a cluster, from whatever store and into whatever store. Records are copied as they are, sealed where they are:
 * no key is needed.
 *
 * <p>The certificate authority lies in the data folder of a server alone, and in etcd where servers share it. A restore
 * takes it along when it changes the kind of store, so that access which was given stays good.
 */
public final class Copies {
    private static final RecordFormat OPEN = new RecordFormat(Sealing.NONE);

    private Copies() {}

    /**
     * Copies the objects of a cluster, which may be running, as they are at one revision.
     *
     * @throws dev.jarbor.disk.CannotOpen when there is no store, or it is damaged
     * @throws CannotStart when etcd cannot be read
     */
    public static Backup backup(Path file, StoreChoice choice, DataFolder folder, Runtime runtime) throws IOException {
        return switch (choice) {
            case StoreChoice.Disk ignored -> Backup.copy(folder.store(), file);
            case StoreChoice.Memory ignored ->
                throw new WrongOption("--store memory keeps nothing: there is no copying it");
            case StoreChoice.Etcd etcd -> backup(file, etcd, runtime);
        };
    }

    static Backup backup(Path file, StoreChoice.Etcd etcd, Runtime runtime) throws IOException {
        var objects = new ArrayList<Kept>();
        try (var copy = new EtcdCopy(etcd.settings(), runtime)) {
            long revision = copy.read(objects::add);
            return Backup.write(revision, objects, file);
        } catch (StoreException failed) {
            throw new CannotStart("etcd cannot be copied: " + failed.getMessage(), failed);
        }
    }

    /**
     * Restores {@code file} into the store of {@code choice}, which no server may use meanwhile.
     *
     * @return with the revision of the store afterwards
     * @throws dev.jarbor.disk.CannotOpen when the file is no whole backup, or the store is in use
     * @throws CannotStart when etcd is in use or does not do its part
     */
    public static Backup restore(Path file, StoreChoice choice, DataFolder folder, Runtime runtime) throws IOException {
        var objects = new ArrayList<Kept>();
        Backup whole = Backup.read(file, objects::add);
        return switch (choice) {
            case StoreChoice.Disk ignored -> {
                folder.prepare();
                Backup restored = Backup.restore(file, folder.store(), runtime);
                keepAuthority(objects, folder.pki());
                yield restored;
            }
            case StoreChoice.Memory ignored ->
                throw new WrongOption("--store memory keeps nothing: there is no restoring it");
            case StoreChoice.Etcd etcd -> {
                if (objects.stream().noneMatch(Copies::isAuthority)) {
                    authority(folder.pki(), whole.revision()).ifPresent(objects::add);
                }
                yield new Backup(restored(etcd, whole.revision(), objects, runtime), whole.objects(), whole.bytes());
            }
        };
    }

    private static long restored(StoreChoice.Etcd etcd, long revision, List<Kept> objects, Runtime runtime) {
        try (var copy = new EtcdCopy(etcd.settings(), runtime)) {
            return copy.restore(revision, objects);
        } catch (StoreException failed) {
            throw new CannotStart("etcd cannot be restored: " + failed.getMessage(), failed);
        }
    }

    private static boolean isAuthority(Kept kept) {
        return kept.isShared() && kept.key().name().equals(Backing.AUTHORITY);
    }

    /** The authority of a server alone as servers share it. */
    private static Optional<Kept> authority(Path pki, long revision) throws IOException {
        Path certificate = pki.resolve("ca.crt");
        Path key = pki.resolve("ca.key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            return Optional.empty();
        }
        ObjectValue pair = ObjectValue.EMPTY
                .with(Backing.CERTIFICATE, Files.readString(certificate))
                .with(Backing.KEY, Files.readString(key));
        return Optional.of(Kept.shared(
                Backing.AUTHORITY, revision, OPEN.write("secrets", ObjectKey.cluster(Backing.AUTHORITY), pair)));
    }

    /** The authority that servers shared, for a server alone that has none; a sealed one it cannot have. */
    private static void keepAuthority(List<Kept> objects, Path pki) throws IOException {
        Optional<Kept> found = objects.stream().filter(Copies::isAuthority).findFirst();
        if (found.isEmpty() || Files.exists(pki.resolve("ca.key"))) {
            return;
        }
        try {
            Kept kept = found.get();
            ObjectValue pair = OPEN.read(kept.resource(), kept.key(), kept.revision(), kept.bytes())
                    .object();
            DataFolder.writeAtomically(pki.resolve("ca.key"), pair.string(Backing.KEY));
            DataFolder.writeAtomically(pki.resolve("ca.crt"), pair.string(Backing.CERTIFICATE));
        } catch (SealedException sealed) {
            throw new CannotStart(
                    "the objects are restored, but the certificate authority in the backup is sealed: put it into "
                            + pki + " by hand, or go on with a new one",
                    sealed);
        }
    }
}
