package dev.jarbor.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreContract;
import dev.jarbor.store.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableStoreTest extends StoreContract {
    @TempDir
    private Path folder;

    private final LiveRuntime runtime = new LiveRuntime();
    private final List<Store> opened = new ArrayList<>();

    @Override
    protected Store open(int window) {
        Path own = folder.resolve("store-" + opened.size());
        Store store = DurableStore.open(own, DurableSettings.DEFAULT.withWindow(window), runtime);
        opened.add(store);
        return store;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(Store::close);
        runtime.close();
    }

    @Test
    void aStoreThatIsOpenCannotBeOpenedAgain() {
        Store first = open(100);

        assertThatThrownBy(() -> DurableStore.open(folder.resolve("store-0"), DurableSettings.DEFAULT, runtime))
                .isInstanceOf(CannotOpen.class)
                .hasMessage("another process has the store in " + folder.resolve("store-0")
                        + " open: stop it first, or use another folder");
        first.close();
        DurableStore.open(folder.resolve("store-0"), DurableSettings.DEFAULT, runtime)
                .close();
    }

    @Test
    void aWriterThatIsInterruptedLeavesTheStoreInOrder() {
        Store store = open(100);
        Thread.currentThread().interrupt();
        assertThat(commit(store, put("a", 1, Transaction.ABSENT))).isEqualTo(1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(commit(store, put("b", 1, Transaction.ABSENT))).isEqualTo(2);
        assertThat(store.snapshot().all(PODS)).containsOnlyKeys(key("a"), key("b"));
    }
}
