package com.example.shop;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** A directory in memory, which may be unreachable. */
final class MemoryDirectory implements ShopDirectory {
    final Set<String> listed = new ConcurrentSkipListSet<>();
    volatile boolean unreachable;

    @Override
    public void list(String shop) {
        listed.add(shop);
    }

    @Override
    public void remove(String shop) {
        if (unreachable) {
            throw new IllegalStateException("the directory does not answer");
        }
        listed.remove(shop);
    }
}
