package dev.jarbor.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A cluster's time and chance under the control of a test: one thread, a virtual clock and a seed.
 *
 * <p>Tasks wait in one queue ordered by their due time, then by the order in which they were handed in. Nothing runs
 * until the owner says so; running a task may move the clock forward to the task's due time and never back. The same
 * program with the same seed therefore takes the same steps in the same order, on any machine; {@link #traceHash} is
 * the proof.
 *
 * <p>{@link #shuffled} draws the order of tasks that are due at the same instant from the seed instead: the live runtime
 * promises none, so a program that needs one is wrong, and this finds it.
 *
 * <p>Not thread-safe: all calls come from the thread that drives it, but {@link #now} and {@link #nanoTime}, which any
 * thread may ask for. {@link SharedRuntime} is one that several threads share.
 */
public final class SimulatedRuntime implements Runtime {
    /** Where virtual time starts unless told otherwise. */
    public static final Instant EPOCH = Instant.parse("2030-01-01T00:00:00Z");

    /** How many tasks may run without the clock moving: past it, tasks hand each other in for ever. */
    public static final int MAX_STEPS_AT_ONE_INSTANT = 5_000_000;

    private static final Duration FOR_EVER = Duration.ofDays(36_500);
    /** What comes less often would be left out each time that time leaps. */
    private static final Duration RAREST_BEAT = Duration.ofMinutes(1);

    /** The rank of tasks that wait for all others of their instant. */
    private static final long LAST = 1;

    private final Agenda agenda = new Agenda();
    private final SplittableRandom random;
    /** Apart from {@link #random}, so that shuffling does not change what the program draws. */
    private final SplittableRandom ranks;

    private final boolean shuffled;
    private final Instant start;
    /** Nanoseconds since the start: 290 years of them. */
    private volatile long elapsed;

    private volatile Instant now;
    private long sequence;
    private long steps;
    private long stepsAtThisInstant;
    private long traceHash;
    private boolean running;
    private boolean closed;
    private FailureHandler failures = (task, cause) -> {
        throw new IllegalStateException("task " + task + " failed: " + cause, cause);
    };

    public SimulatedRuntime(long seed) {
        this(seed, EPOCH);
    }

    public SimulatedRuntime(long seed, Instant start) {
        this(seed, start, false);
    }

    private SimulatedRuntime(long seed, Instant start, boolean shuffled) {
        this.random = new SplittableRandom(seed);
        this.ranks = new SplittableRandom(~seed);
        this.shuffled = shuffled;
        this.start = start;
        this.now = start;
    }

    /** A runtime that runs tasks due at the same instant in an order drawn from the seed. */
    public static SimulatedRuntime shuffled(long seed) {
        return new SimulatedRuntime(seed, EPOCH, true);
    }

    /** Runs everything that is due now, including what it hands in for now, until nothing is due. */
    public void runUntilIdle() {
        while (step(elapsed)) {
            // each step runs one task
        }
    }

    /** Moves the clock by {@code duration}, running each task when its time comes. */
    public void advance(Duration duration) {
        advance(duration, () -> {});
    }

    /**
     * Runs tasks, letting time jump, until {@code condition} holds.
     *
     * @return whether it came to hold within {@code limit}; if not, the clock stands at the limit
     */
    public boolean runUntil(BooleanSupplier condition, Duration limit) {
        long end = after(limit);
        while (!condition.getAsBoolean()) {
            if (!step(end)) {
                moveTo(end);
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    /**
     * Runs tasks like {@link #advance} and calls {@code check} after each one: the place for invariants that must hold
     * after every event.
     */
    public void advance(Duration duration, Runnable check) {
        long end = after(duration);
        while (step(end)) {
            check.run();
        }
        moveTo(end);
    }

    /** How many tasks have run. */
    public long steps() {
        return steps;
    }

    /** A hash of what has run so far, by name and time: equal for equal runs, in every JVM. */
    public long traceHash() {
        return traceHash;
    }

    /** When the next task is due, which may be now; empty where none waits. */
    Optional<Instant> nextDue() {
        return agenda.next().map(next -> start.plusNanos(next.due()));
    }

    /** Something has been done from outside, so that it is to be seen again whether there is anything but beats. */
    void stir() {
        agenda.stir(elapsed);
    }

    /** For how many times the time that makes a calm nothing but beats has happened, counted from {@code begin}. */
    long calms(Instant begin) {
        return Math.min(agenda.calm(elapsed), elapsed - sinceStart(begin)) / Agenda.CALM;
    }

    /** Whether the clock could jump towards {@code end} over beats alone. */
    boolean couldLeap(Instant end) {
        return agenda.landing(elapsed, sinceStart(end)) > elapsed;
    }

    /** Jumps as far towards {@code end} as there are nothing but beats, which come later by so much; or not at all. */
    boolean leap(Instant end) {
        long landing = agenda.landing(elapsed, sinceStart(end));
        if (landing == elapsed) {
            return false;
        }
        agenda.leap(elapsed, landing);
        moveTo(landing);
        return true;
    }

    private long sinceStart(Instant time) {
        return Duration.between(start, time).toNanos();
    }

    /** Moves the clock, not past what is due and never back. */
    void moveTo(Instant time) {
        moveTo(sinceStart(time));
    }

    /** Whether a task is at work, perhaps waiting for the world outside. */
    boolean isRunning() {
        return running;
    }

    /** Runs the next task, if one is due now. */
    boolean step() {
        return step(elapsed);
    }

    private boolean step(long end) {
        if (running) {
            throw new IllegalStateException("a task must not drive the runtime that runs it");
        }
        Optional<Agenda.Task> next = closed ? Optional.empty() : agenda.take(end);
        next.ifPresent(this::run);
        return next.isPresent();
    }

    private void run(Agenda.Task task) {
        moveTo(task.due());
        record(task);
        running = true;
        try {
            task.body().run();
        } catch (RuntimeException cause) {
            failures.failed(task.name(), cause);
        } finally {
            running = false;
        }
    }

    private void moveTo(long time) {
        if (time > elapsed) {
            elapsed = time;
            now = start.plusNanos(time);
            stepsAtThisInstant = 0;
        }
    }

    /** Nanoseconds since the start at which {@code delay} from now is over. */
    private long after(Duration delay) {
        return elapsed + (delay.compareTo(FOR_EVER) < 0 ? delay : FOR_EVER).toNanos();
    }

    private void record(Agenda.Task task) {
        steps++;
        if (++stepsAtThisInstant > MAX_STEPS_AT_ONE_INSTANT) {
            throw new IllegalStateException("tasks hand each other in without end at " + now + ", now " + task.name());
        }
        long event =
                31L * task.name().hashCode() + start.getEpochSecond() * 1_000_000_000L + start.getNano() + task.due();
        traceHash = (Long.rotateLeft(traceHash, 5) ^ event) * 0x9E3779B97F4A7C15L;
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public long nanoTime() {
        return elapsed;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public RandomGenerator secureRandom() {
        return random;
    }

    @Override
    public String newUid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFFFFFFFFFFFFFFL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
    }

    @Override
    public void execute(String name, Runnable task) {
        schedule(name, Duration.ZERO, task);
    }

    @Override
    public void executeLast(String name, Runnable task) {
        add(name, Duration.ZERO, LAST, false, task);
    }

    @Override
    public Timer schedule(String name, Duration delay, Runnable task) {
        return add(name, delay, 0, false, task);
    }

    @Override
    public Timer beat(String name, Duration delay, Runnable task) {
        return add(name, delay, 0, delay.compareTo(RAREST_BEAT) <= 0, task);
    }

    private Timer add(String name, Duration delay, long rank, boolean beat, Runnable task) {
        long due = delay.isPositive() ? after(delay) : elapsed;
        var entry =
                new Agenda.Task(name, due, shuffled ? ranks.nextLong() : rank, sequence++, beat, due > elapsed, task);
        if (!closed) {
            agenda.add(entry);
        }
        return () -> agenda.cancel(entry);
    }

    @Override
    public void onFailure(FailureHandler handler) {
        failures = handler;
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public void close() {
        closed = true;
        agenda.clear();
    }
}
