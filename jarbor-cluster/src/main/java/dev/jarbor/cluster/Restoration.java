package dev.jarbor.cluster;

import dev.jarbor.cluster.options.StoreChoice;
import dev.jarbor.cluster.options.WrongOption;
import dev.jarbor.disk.Backup;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.file.Path;

/** Makes a store what a backup says. */
public final class Restoration {
    private Restoration() {}

    /**
     * Restores {@code file} into the store of {@code choice}, which no server may use meanwhile.
     *
     * @return with the revision of the store afterwards
     * @throws dev.jarbor.disk.CannotOpen when the file is no whole backup, or the store is in use
     */
    public static Backup restore(Path file, StoreChoice choice, DataFolder folder, Runtime runtime) throws IOException {
        return switch (choice) {
            case StoreChoice.Disk ignored -> {
                Backup.verify(file);
                folder.prepare();
                yield Backup.restore(file, folder.store(), runtime);
            }
            case StoreChoice.Memory ignored ->
                throw new WrongOption("--store memory keeps nothing: there is no restoring it");
            case StoreChoice.Etcd ignored ->
                throw new WrongOption(
                        "--store etcd: restore a snapshot of etcd with etcd's own tool (etcdutl snapshot restore)");
        };
    }
}
