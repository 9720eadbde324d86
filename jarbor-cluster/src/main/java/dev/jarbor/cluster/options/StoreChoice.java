package dev.jarbor.cluster.options;

import dev.jarbor.etcd.EtcdSettings;

/** Where a cluster keeps its objects, as its owner chose. */
public sealed interface StoreChoice {
    /** In memory: nothing outlives the process. */
    record Memory() implements StoreChoice {}

    /** In an etcd cluster, which other servers may share. */
    record Etcd(EtcdSettings settings) implements StoreChoice {}

    static StoreChoice memory() {
        return new Memory();
    }

    /** In a line for people. */
    default String inWords() {
        return switch (this) {
            case Memory ignored -> "memory; nothing is kept when this process ends";
            case Etcd etcd ->
                "etcd, " + etcd.settings().members().size() + " member(s), under "
                        + etcd.settings().prefix();
        };
    }
}
