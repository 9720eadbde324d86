package dev.jarbor.etcd;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreHealth;
import java.time.Duration;

/** What the last look at etcd found. */
final class Lookout {
    /** A look that is older says nothing. */
    private static final Duration STALE = Duration.ofSeconds(10);

    private final Runtime runtime;
    private volatile Look last;

    private record Look(long at, StoreHealth found) {}

    Lookout(Runtime runtime) {
        this.runtime = runtime;
        this.last = new Look(runtime.nanoTime(), StoreHealth.GOOD);
    }

    void answered(boolean inStep, long lag) {
        last = new Look(runtime.nanoTime(), new StoreHealth(true, inStep, lag));
    }

    void failed() {
        last = new Look(runtime.nanoTime(), new StoreHealth(false, false, last.found.lag()));
    }

    StoreHealth health() {
        Look look = last;
        boolean stale = runtime.nanoTime() - look.at > STALE.toNanos();
        return stale ? new StoreHealth(false, false, look.found.lag()) : look.found;
    }
}
