package dev.jarbor.etcd;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreContract;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** The contract of all stores, each test under a prefix of its own. */
@NeedsEtcd
class EtcdContractTest extends StoreContract {
    private static EtcdMembers etcd;
    private static int prefixes;

    private final LiveRuntime runtime = new LiveRuntime();
    private final List<Store> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        etcd = EtcdMembers.start(1);
    }

    @AfterAll
    static void stop() {
        etcd.close();
    }

    @Override
    protected Store open(int window) {
        EtcdSettings settings = EtcdSettings.of(etcd.addresses())
                .withPrefix("/test" + prefixes++)
                .withWindow(window)
                .withCompaction(Duration.ZERO);
        Store store = EtcdStore.open(settings, runtime);
        opened.add(store);
        return store;
    }

    @AfterEach
    void close() {
        opened.forEach(Store::close);
        runtime.close();
    }
}
