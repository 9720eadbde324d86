package dev.jarbor.server.audit;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gathers events and hands them on many at a time, so that no request waits for where they go. What comes when the buffer
 * is full is lost, and said in the log.
 */
public final class AuditBatches implements AuditSink {
    private static final System.Logger LOG = System.getLogger(AuditBatches.class.getName());

    private final Settings settings;
    private final Consumer<List<ObjectValue>> next;
    private final Runtime runtime;
    private final List<ObjectValue> waiting = new ArrayList<>();
    private Runtime.Timer timer = () -> {};
    private boolean timed;
    private boolean running;
    private double tokens;
    private Instant counted;

    /**
     * How events are gathered.
     *
     * @param buffer how many may wait
     * @param size how many are handed on at once
     * @param longest how long an event waits for others
     * @param rate how many batches a second go out, on average; 0 for as many as there are
     * @param burst how many may go at once
     */
    public record Settings(int buffer, int size, Duration longest, double rate, int burst) {
        /** The defaults of kube-apiserver for its webhook. */
        public static final Settings DEFAULT = new Settings(10_000, 400, Duration.ofSeconds(30), 10, 15);
    }

    /** @param next told each batch, on a task of its own */
    AuditBatches(Settings settings, Consumer<List<ObjectValue>> next, Runtime runtime) {
        this.settings = settings;
        this.next = next;
        this.runtime = runtime;
        this.tokens = settings.burst();
        this.counted = runtime.now();
    }

    @Override
    public synchronized void record(ObjectValue event) {
        if (waiting.size() >= settings.buffer()) {
            LOG.log(System.Logger.Level.ERROR, "an audit event is lost: the buffer is full");
            return;
        }
        waiting.add(event);
        if (waiting.size() >= settings.size()) {
            run();
        } else if (!timed) {
            timed = true;
            timer = runtime.schedule("audit batch", settings.longest(), this::longEnough);
        }
    }

    private synchronized void longEnough() {
        timed = false;
        run();
    }

    private synchronized void run() {
        if (!running) {
            running = true;
            runtime.execute("audit batches", this::handOn);
        }
    }

    private void handOn() {
        for (List<ObjectValue> batch = take(); !batch.isEmpty(); batch = take()) {
            next.accept(batch);
        }
    }

    /** The next batch; empty when there is none, or when it is not its turn yet. */
    private synchronized List<ObjectValue> take() {
        if (waiting.isEmpty()) {
            running = false;
            return List.of();
        }
        Duration pause = pause();
        if (!pause.isZero()) {
            runtime.schedule("audit batches", pause, this::handOn);
            return List.of();
        }
        return taken(Math.min(settings.size(), waiting.size()));
    }

    private List<ObjectValue> taken(int count) {
        List<ObjectValue> batch = List.copyOf(waiting.subList(0, count));
        waiting.subList(0, count).clear();
        return batch;
    }

    /** Takes a token of a bucket that fills at the rate; how long until there is one, where there is none. */
    private Duration pause() {
        if (settings.rate() <= 0) {
            return Duration.ZERO;
        }
        Instant now = runtime.now();
        double grown = settings.rate() * Duration.between(counted, now).toNanos() / 1e9;
        tokens = Math.min(settings.burst(), tokens + grown);
        counted = now;
        if (tokens < 1) {
            return Duration.ofNanos((long) Math.ceil((1 - tokens) / settings.rate() * 1e9));
        }
        tokens--;
        return Duration.ZERO;
    }

    /** Hands on what waits. */
    @Override
    public void close() {
        List<ObjectValue> rest;
        synchronized (this) {
            timer.cancel();
            rest = taken(waiting.size());
        }
        for (int from = 0; from < rest.size(); from += settings.size()) {
            next.accept(rest.subList(from, Math.min(rest.size(), from + settings.size())));
        }
    }
}
