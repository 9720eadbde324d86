package dev.jarbor.disk;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreModelContract;

class DurableStoreModelTest extends StoreModelContract {
    @Override
    protected Store open(int window) {
        return DurableStore.open(
                new SimulatedDisk(), DurableSettings.DEFAULT.withWindow(window), new SimulatedRuntime(1));
    }
}
