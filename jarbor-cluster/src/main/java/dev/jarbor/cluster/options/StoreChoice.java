package dev.jarbor.cluster.options;

import dev.jarbor.disk.BackupSchedule;
import dev.jarbor.disk.DurableSettings;
import dev.jarbor.etcd.EtcdSettings;
import java.util.List;

/** Where a cluster keeps its objects, as its owner chose. */
public sealed interface StoreChoice {
    /**
     * In files of the data folder.
     *
     * @param backups made at intervals; none or one
     */
    record Disk(DurableSettings settings, List<BackupSchedule.Settings> backups) implements StoreChoice {
        public Disk {
            backups = List.copyOf(backups);
        }
    }

    /** In memory: nothing outlives the process. */
    record Memory() implements StoreChoice {}

    /**
     * In an etcd cluster, which other servers may share.
     *
     * @param backups made by this server at intervals; none or one
     */
    record Etcd(EtcdSettings settings, List<BackupSchedule.Settings> backups) implements StoreChoice {
        public Etcd {
            backups = List.copyOf(backups);
        }
    }

    /** In files of the data folder, without backups. */
    static StoreChoice disk() {
        return new Disk(DurableSettings.DEFAULT, List.of());
    }

    static StoreChoice memory() {
        return new Memory();
    }

    /** In a line for people. */
    default String inWords() {
        return switch (this) {
            case Disk ignored -> "the data folder; a restart finds everything again";
            case Memory ignored -> "memory; nothing is kept when this process ends";
            case Etcd etcd ->
                "etcd, " + etcd.settings().members().size() + " member(s), under "
                        + etcd.settings().prefix();
        };
    }
}
