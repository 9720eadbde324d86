package dev.jarbor.server.auth.jwt;

import dev.jarbor.runtime.ForwardingRuntime;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;

/** A runtime whose clock a test puts forward. */
final class AdvancedRuntime implements ForwardingRuntime {
    private final Runtime live;
    private volatile Duration ahead = Duration.ZERO;

    AdvancedRuntime(Runtime live) {
        this.live = live;
    }

    void advance(Duration by) {
        ahead = ahead.plus(by);
    }

    @Override
    public Runtime target() {
        return live;
    }

    @Override
    public Instant now() {
        return live.now().plus(ahead);
    }

    @Override
    public long nanoTime() {
        return live.nanoTime() + ahead.toNanos();
    }
}
