package dev.jarbor.client;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A queue of keys that works them off by itself: {@link Controller} with a free choice of key.
 *
 * <p>A key is in at most one of two places: waiting ({@code ready}) or in work ({@code inWork}). Added while waiting it
 * changes nothing; added while in work it waits again as soon as that work ends ({@code again}). So no key is ever in work
 * twice at once, and no addition is lost: work that began before the addition is followed by work that begins after it.
 * Apart from that a key may have one timer ({@code delayed}), the earliest anybody asked for. All of it is bounded by the
 * number of distinct keys.
 *
 * <p>In simulated time work takes none, so a key that changes with each of ten thousand steps of others would be worked on ten
 * thousand times at one instant. As if work did take its time, one that comes back at the instant of its last work waits until all
 * else that is due at it has happened ({@code late}).
 *
 * <p>Every unit of work is a task of its own, so the queue holds no thread while it is empty, lets other tasks run in
 * between, and runs the same on both runtimes.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/client-go/util/workqueue">client-go's workqueue, whose semantics it has</a>
 */
public final class WorkQueue<K> implements KeyQueue {
    /** The wait after a first failure; it doubles with each one that follows, up to {@link #LONGEST_WAIT}. */
    static final Duration FIRST_WAIT = Duration.ofMillis(5);

    static final Duration LONGEST_WAIT = Duration.ofSeconds(1000);

    private static final System.Logger LOG = System.getLogger(WorkQueue.class.getName());

    private final String name;
    private final Runtime runtime;
    private final int workers;
    private final Function<K, Outcome> work;
    private final FailureLog<K> log;

    /** Each with the time since when. */
    private final LinkedHashMap<K, Long> ready = new LinkedHashMap<>();

    private final Map<K, Long> inWork = new HashMap<>();
    private final Map<K, Long> again = new HashMap<>();
    private final Map<K, Long> late = new HashMap<>();
    /** What was begun and finished at the instant {@code workedAt}. */
    private final Set<K> worked = new HashSet<>();

    private long workedAt;
    private final Map<K, Delay> delayed = new HashMap<>();
    private final Map<K, Failure> failures = new HashMap<>();
    /** Tasks that have been handed to the runtime and have not taken their key yet. */
    private int dispatched;

    private QueueListener listener = QueueListener.NONE;
    private boolean started;
    private boolean closed;

    /**
     * @param name for tasks and logs
     * @param workers how many keys may be in work at once (live runtime)
     * @param work looks at one key; throwing means: again later, with growing delay
     */
    public WorkQueue(String name, Runtime runtime, int workers, Function<K, Outcome> work) {
        this(name, runtime, workers, work, WorkQueue::log);
    }

    WorkQueue(String name, Runtime runtime, int workers, Function<K, Outcome> work, FailureLog<K> log) {
        if (workers < 1) {
            throw new IllegalArgumentException("a queue needs at least one worker, not " + workers);
        }
        this.name = name;
        this.runtime = runtime;
        this.workers = workers;
        this.work = work;
        this.log = log;
    }

    @Override
    public String name() {
        return name;
    }

    /** Begins to work; until then keys only gather. */
    @Override
    public synchronized void start() {
        started = true;
        dispatch();
    }

    /** Asks for {@code key} to be worked on soon. */
    public synchronized void add(K key) {
        if (closed) {
            return;
        }
        long now = runtime.nanoTime();
        if (inWork.containsKey(key)) {
            if (again.putIfAbsent(key, now) == null) {
                listener.added(name);
            }
        } else if (!ready.containsKey(key) && !late.containsKey(key)) {
            listener.added(name);
            line(key, now, now == workedAt && worked.contains(key));
        }
    }

    /** @param since when it was asked for */
    private void line(K key, long since, boolean last) {
        if (last) {
            late.put(key, since);
            runtime.executeLast(name, () -> comeLast(key));
        } else {
            ready.put(key, since);
            dispatch();
        }
    }

    private synchronized void comeLast(K key) {
        Long since = late.remove(key);
        if (since != null) {
            line(key, since, false);
        }
    }

    /** Asks for {@code key} to be worked on after {@code delay}; the earliest of several such wishes counts. */
    public synchronized void addAfter(K key, Duration delay) {
        addAfter(key, delay, false);
    }

    /** @param beat whether it may come late, which of two wishes only both together may */
    private synchronized void addAfter(K key, Duration delay, boolean beat) {
        if (closed) {
            return;
        }
        if (!delay.isPositive()) {
            add(key);
            return;
        }
        long now = runtime.nanoTime();
        long due = now + delay.toNanos();
        Delay earlier = delayed.get(key);
        if (earlier != null) {
            boolean sooner = earlier.due - due <= 0;
            if (sooner && (beat || !earlier.beat)) {
                return;
            }
            earlier.timer.cancel();
            due = sooner ? earlier.due : due;
        }
        var wish = new Delay(due, beat);
        delayed.put(key, wish);
        listener.retried(name);
        Runnable come = () -> comeDue(key, wish);
        Duration wait = Duration.ofNanos(due - now);
        wish.timer = beat ? runtime.beat(name, wait, come) : runtime.schedule(name, wait, come);
    }

    @Override
    public synchronized void observe(QueueListener other) {
        listener = other;
    }

    @Override
    public synchronized Load load() {
        long now = runtime.nanoTime();
        long sum = 0;
        long longest = 0;
        for (long since : inWork.values()) {
            sum += now - since;
            longest = Math.max(longest, now - since);
        }
        return new Load(ready.size() + again.size() + late.size(), Duration.ofNanos(sum), Duration.ofNanos(longest));
    }

    /** Stops: what waits is forgotten, what is in work may finish. */
    @Override
    public synchronized void close() {
        closed = true;
        delayed.values().forEach(delay -> delay.timer.cancel());
        delayed.clear();
        ready.clear();
        again.clear();
        late.clear();
        failures.clear();
    }

    private synchronized void comeDue(K key, Delay wish) {
        if (delayed.remove(key, wish)) {
            add(key);
        }
    }

    /** Hands over one task, if there is a key for it and a worker is free. Each change makes room for at most one. */
    private void dispatch() {
        if (started && dispatched + inWork.size() < workers && ready.size() > dispatched) {
            dispatched++;
            runtime.execute(name, this::workOnNext);
        }
    }

    private void workOnNext() {
        K key;
        synchronized (this) {
            dispatched--;
            if (closed || ready.isEmpty()) {
                return;
            }
            Map.Entry<K, Long> next = ready.entrySet().iterator().next();
            key = next.getKey();
            long now = runtime.nanoTime();
            listener.waited(name, Duration.ofNanos(now - next.getValue()));
            ready.remove(key);
            inWork.put(key, now);
        }
        try {
            succeeded(key, work.apply(key));
        } catch (RuntimeException failure) {
            failed(key, failure);
        } catch (Error broken) {
            // The key is not lost, but a broken invariant is for the runtime's owner to judge.
            failed(key, new IllegalStateException(broken));
            throw broken;
        } finally {
            finished(key);
        }
    }

    private synchronized void succeeded(K key, Outcome outcome) {
        failures.remove(key);
        switch (outcome) {
            case Outcome.Done ignored -> {}
            case Outcome.Again later -> addAfter(key, later.after());
            case Outcome.Beat beat -> addAfter(key, beat.after(), true);
        }
    }

    private void failed(K key, RuntimeException cause) {
        String message = String.valueOf(cause.getMessage());
        // Somebody else wrote first: the next pass reads what they wrote. That is no news.
        boolean quiet = cause instanceof ApiException refused && refused.isConflict();
        Duration wait;
        boolean news;
        synchronized (this) {
            Failure before = failures.getOrDefault(key, Failure.NONE);
            wait = before.nextWait();
            news = !quiet && !message.equals(before.message) && !closed;
            failures.put(key, new Failure(before.count + 1, quiet ? before.message : message));
            addAfter(key, wait);
        }
        if (news) {
            log.failed(name, key, wait, cause);
        }
    }

    private synchronized void finished(K key) {
        long now = runtime.nanoTime();
        Long begun = inWork.remove(key);
        boolean atOnce = begun != null && begun == now;
        if (begun != null) {
            listener.worked(name, Duration.ofNanos(now - begun));
        }
        if (atOnce) {
            if (now != workedAt) {
                workedAt = now;
                worked.clear();
            }
            worked.add(key);
        }
        Long waiting = again.remove(key);
        if (waiting != null) {
            line(key, waiting, atOnce);
        }
        dispatch();
    }

    private static void log(String queue, Object key, Duration wait, RuntimeException cause) {
        String where = "queue=" + queue + " key=" + key + " retryAfter=" + wait;
        if (cause instanceof ApiException) {
            LOG.log(System.Logger.Level.WARNING, "reconcile failed: " + where + " error=" + cause.getMessage());
        } else {
            LOG.log(System.Logger.Level.ERROR, "reconcile failed: " + where, cause);
        }
    }

    /** Told of the first failure of a key and of each one whose message differs from the one before. */
    interface FailureLog<K> {
        void failed(String queue, K key, Duration wait, RuntimeException cause);
    }

    /** How often a key has failed since it last succeeded, and the message that was logged last. */
    private record Failure(int count, String message) {
        static final Failure NONE = new Failure(0, "");
        /** 5 ms doubled 18 times is past {@link #LONGEST_WAIT}. */
        private static final int MOST_DOUBLINGS = 18;

        Duration nextWait() {
            Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(count, MOST_DOUBLINGS));
            return wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT;
        }
    }

    /** A wish for later; its timer is set once. */
    private static final class Delay {
        private final long due;
        private final boolean beat;
        private Runtime.Timer timer = () -> {};

        Delay(long due, boolean beat) {
            this.due = due;
            this.beat = beat;
        }
    }
}
