package dev.jarbor.store;

class MemoryStoreModelTest extends StoreModelContract {
    @Override
    protected Store open(int window) {
        return new MemoryStore(Snapshot.EMPTY, window);
    }
}
