package dev.jarbor.disk;

import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.store.ConcurrentStoreContract;
import dev.jarbor.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DurableStoreConcurrencyTest extends ConcurrentStoreContract {
    @TempDir
    private Path folder;

    @Override
    protected Store open(int window) {
        return DurableStore.open(folder, DurableSettings.DEFAULT.withWindow(window), new LiveRuntime());
    }
}
