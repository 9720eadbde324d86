package dev.jarbor.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A simulated runtime that threads of the outside share: those of a test, of an operator under test, of connections.
 *
 * <p>The state that its tasks work on has one owner at a time. A thread from outside gets its {@link #turn}: while it has
 * it, nothing else of the cluster runs, and before it gives it back everything that is due at this instant runs on it. A
 * caller therefore finds the cluster at rest, and one thread that calls alone gets the same run for the same seed each
 * time. Time stands still but for {@link #advance}, {@link #until} and {@link #follow}.
 *
 * <p>Before time moves, the outside is given the chance to react to what has happened so far: it must be quiet, which
 * means that nobody is {@link #busy} and nobody but the driver has been for the time called patience. What a thread does
 * that neither calls nor says that it is busy cannot be seen.
 */
public final class SharedRuntime implements Runtime {
    private final SimulatedRuntime simulation;
    private final Runtime outside;
    private final Outside others;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Condition back = turn.newCondition();
    /** Tasks that wait for the outside in the middle of their run. */
    private int away;
    /** Who moves time: what this thread does is no reason to wait for it. */
    private volatile Thread driver = Thread.currentThread();

    /** Whether the driver looks whether its condition holds. */
    private volatile boolean looking;

    private volatile boolean closed;

    /**
     * @param outside where what waits for the outside runs; its owner's to close
     * @param patience how long the outside must have been quiet, in wall time, before time moves
     */
    public SharedRuntime(SimulatedRuntime simulation, Runtime outside, Duration patience) {
        this.simulation = simulation;
        this.outside = outside;
        this.others = new Outside(outside, patience);
    }

    @Override
    public <T> T turn(Supplier<T> work) {
        if (turn.isHeldByCurrentThread()) {
            return work.get();
        }
        Busy calling = Thread.currentThread().equals(driver) ? Busy.NOTHING : busy("call");
        turn.lock();
        try (calling) {
            simulation.stir();
            return work.get();
        } finally {
            giveBack();
        }
    }

    /** What is due now runs first, but not beside a task that is away. */
    private void giveBack() {
        try {
            if (away == 0 && turn.getHoldCount() == 1 && !simulation.isRunning()) {
                simulation.runUntilIdle();
            }
        } finally {
            turn.unlock();
        }
    }

    @Override
    public <T> T waiting(Supplier<T> work) {
        if (!turn.isHeldByCurrentThread()) {
            return work.get();
        }
        int holds = turn.getHoldCount();
        int task = simulation.isRunning() && away == 0 ? 1 : 0;
        away += task;
        try (Busy asking = busy("answer from outside")) {
            for (int hold = 0; hold < holds; hold++) {
                turn.unlock();
            }
            return work.get();
        } finally {
            for (int hold = 0; hold < holds; hold++) {
                turn.lock();
            }
            away -= task;
            back.signalAll();
        }
    }

    @Override
    public Busy busy(String what) {
        return looking && Thread.currentThread().equals(driver) ? Busy.NOTHING : others.busy(what);
    }

    /**
     * Moves the clock by {@code duration}, running each task when its time comes and waiting for the outside before each
     * move.
     */
    public void advance(Duration duration) {
        drive(() -> false, duration, false);
    }

    /**
     * Lets time jump until {@code condition} holds, which is looked at whenever the cluster is at rest.
     *
     * @return whether it came to hold within {@code limit}; if not, the clock stands at the limit
     * @throws IllegalStateException when called by a task, or when the outside does not become quiet
     */
    public boolean until(BooleanSupplier condition, Duration limit) {
        return drive(condition, limit, true);
    }

    /** @param waiting whether for something that, as long as nothing happens here, can only come from outside */
    private boolean drive(BooleanSupplier condition, Duration limit, boolean waiting) {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("a task must not drive the runtime that runs it");
        }
        Thread before = driver;
        driver = Thread.currentThread();
        try {
            return drive(condition, simulation.now().plus(limit), waiting);
        } finally {
            driver = before;
        }
    }

    private boolean drive(BooleanSupplier condition, Instant end, boolean waiting) {
        Instant begin = simulation.now();
        boolean over = false;
        boolean rested = false;
        int waits = 0; // each at twice the calm of the one before, and longer
        while (!closed) {
            rest();
            if (look(condition)) {
                return true;
            }
            if (others.settle()) {
                continue;
            }
            if (over) {
                return false;
            }
            boolean far = locked(() -> simulation.couldLeap(end));
            long calms = calms(begin);
            waits = calms == 0 ? 0 : waits;
            if (waiting && calms >= 1L << waits) {
                waits++;
                others.rest(waits);
            } else if (far && !rested) {
                rested = true;
                others.rest(1);
            } else if (far && others.isResting(1)) {
                locked(() -> simulation.leap(end));
                begin = simulation.now();
            } else {
                rested &= far;
                over = !move(end);
            }
        }
        return false;
    }

    /** Who looks is not at work: time would wait for itself. */
    private boolean look(BooleanSupplier condition) {
        turn.lock();
        looking = true;
        try {
            return condition.getAsBoolean();
        } finally {
            looking = false;
            giveBack();
        }
    }

    /** Runs what is due now. */
    private void rest() {
        turn.lock();
        try {
            while (away > 0) {
                back.awaitUninterruptibly();
            }
            simulation.runUntilIdle();
        } finally {
            turn.unlock();
        }
    }

    private long calms(Instant begin) {
        turn.lock();
        try {
            return simulation.calms(begin);
        } finally {
            turn.unlock();
        }
    }

    private boolean locked(BooleanSupplier work) {
        turn.lock();
        try {
            return work.getAsBoolean();
        } finally {
            turn.unlock();
        }
    }

    /** Moves the clock to what is due next, or to {@code end} where that comes first: then there is nothing more to do. */
    private boolean move(Instant end) {
        turn.lock();
        try {
            Optional<Instant> next = simulation.nextDue().filter(due -> !due.isAfter(end));
            simulation.moveTo(next.orElse(end));
            return next.isPresent();
        } finally {
            turn.unlock();
        }
    }

    /**
     * From now on, until closed, time jumps to the next event by itself whenever the outside is quiet, though on average
     * not faster than {@code pace} says.
     *
     * @param pace cluster time that may pass in a second of wall time
     */
    public void follow(Duration pace) {
        outside.execute("cluster time", () -> {
            driver = Thread.currentThread();
            var allowance = new Allowance(outside, pace);
            while (!closed) {
                rest();
                if (!others.settle()) {
                    others.pause(allowance.spend(simulation::now, this::move));
                }
            }
        });
    }

    @Override
    public Instant now() {
        return simulation.now();
    }

    @Override
    public long nanoTime() {
        return simulation.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return simulation.random();
    }

    @Override
    public RandomGenerator secureRandom() {
        return simulation.secureRandom();
    }

    @Override
    public String newUid() {
        return turn.isHeldByCurrentThread() ? simulation.newUid() : outside.newUid();
    }

    @Override
    public void execute(String name, Runnable task) {
        schedule(name, Duration.ZERO, task);
    }

    @Override
    public void executeLast(String name, Runnable task) {
        turn(() -> {
            simulation.executeLast(name, task);
            return task;
        });
    }

    @Override
    public Timer schedule(String name, Duration delay, Runnable task) {
        return shared(() -> simulation.schedule(name, delay, task));
    }

    @Override
    public Timer beat(String name, Duration delay, Runnable task) {
        return shared(() -> simulation.beat(name, delay, task));
    }

    private Timer shared(Supplier<Timer> scheduling) {
        Timer timer = turn(scheduling);
        return () -> turn(() -> {
            timer.cancel();
            return timer;
        });
    }

    @Override
    public void onFailure(FailureHandler handler) {
        simulation.onFailure(handler);
    }

    @Override
    public boolean mayBlock() {
        return false;
    }

    @Override
    public Runtime outside() {
        return outside;
    }

    /** How many tasks have run. */
    public long steps() {
        return turn(simulation::steps);
    }

    /** A hash of what has run so far, by name and time. */
    public long traceHash() {
        return turn(simulation::traceHash);
    }

    /** Nothing runs any more; who drives time stops. */
    @Override
    public void close() {
        closed = true;
        turn.lock();
        try {
            simulation.close();
        } finally {
            turn.unlock();
        }
        others.close();
    }
}
