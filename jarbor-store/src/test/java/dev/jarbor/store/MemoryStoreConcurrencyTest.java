package dev.jarbor.store;

class MemoryStoreConcurrencyTest extends ConcurrentStoreContract {
    @Override
    protected Store open(int window) {
        return new MemoryStore(Snapshot.EMPTY, window);
    }
}
