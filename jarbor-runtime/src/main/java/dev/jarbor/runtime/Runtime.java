package dev.jarbor.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Where a cluster gets its time, chance, ids and threads from. Two exist: {@link LiveRuntime} (the wall clock and
 * virtual threads) and {@link SimulatedRuntime} (one thread, a clock that jumps to the next event, a seed). One that wraps
 * another is a {@link ForwardingRuntime}.
 *
 * <p>Tasks may run concurrently on the live runtime and one at a time, to completion, on the simulated one; so a task
 * must never wait for another task. Work that has to wait is split: schedule the rest.
 */
public interface Runtime extends AutoCloseable {
    /** The current time of this cluster. */
    Instant now();

    /** Nanoseconds on a clock that only moves forward, for measuring how long something took. */
    long nanoTime();

    /** Chance; safe to share. On the simulated runtime the sequence follows from the seed. */
    RandomGenerator random();

    /**
     * Chance that nobody can foresee, for keys and what ciphers begin with; safe to share. On the simulated runtime it too
     * follows from the seed.
     */
    RandomGenerator secureRandom();

    /** A new unique id in the form of a version 4 UUID (RFC 9562), for {@code metadata.uid} and the like. */
    String newUid();

    /** Runs {@code task} soon. {@code name} says what it is, for threads and traces. After close nothing runs. */
    void execute(String name, Runnable task);

    /**
     * Runs {@code task} soon; where the cluster is simulated, only when nothing else is due at this instant. For work that looks
     * at what others do: in simulated time nobody takes any, so looking earlier would be looking at each step of theirs.
     */
    void executeLast(String name, Runnable task);

    /** Runs {@code task} once after {@code delay} (at once where it is not positive), unless cancelled before. */
    Timer schedule(String name, Duration delay, Runnable task);

    /**
     * Like {@link #schedule}, for the next of many that show, or see to it, that all is as it was: signs of life, looks at whether
     * something is overdue. Where the cluster is simulated, it may be left out with many others of its like, and come much
     * later, while it alone with its like would be all that happens; it must not conclude anything from being late. What is to
     * come less often than each minute is never left out.
     */
    Timer beat(String name, Duration delay, Runnable task);

    /** A task that throws is handed here by the runtime itself; the default of each runtime is its log. */
    void onFailure(FailureHandler handler);

    /** Whether tasks may block (wait for I/O, a process, a person): true on the live runtime only. */
    boolean mayBlock();

    /** The runtime of what waits for the world outside (connections, processes, people): always one of wall time. */
    default Runtime outside() {
        return this;
    }

    /**
     * Carries out {@code work} of a thread from outside that changes the state of the cluster. Where the cluster is
     * simulated, that thread gets its turn: nothing else runs meanwhile, and what is due then runs before this returns.
     */
    default <T> T turn(Supplier<T> work) {
        return work.get();
    }

    /**
     * Carries out {@code work} that waits for the world outside, such as an answer of a webhook. Where the cluster is
     * simulated, threads from outside get their turns meanwhile, so that whoever is waited for may call back; time stands
     * still.
     */
    default <T> T waiting(Supplier<T> work) {
        return work.get();
    }

    /**
     * Says that something outside is at work on {@code what} until the answer is closed. Where the cluster is simulated,
     * time does not move meanwhile.
     */
    default Busy busy(String what) {
        return Busy.NOTHING;
    }

    /** Cancels what is scheduled; running tasks are interrupted. */
    @Override
    void close();

    /** Something outside that is at work until closed; closing twice does nothing. */
    interface Busy extends AutoCloseable {
        /** What nobody waits for. */
        Busy NOTHING = () -> {};

        @Override
        void close();
    }

    /** A handle on a task that has not run yet. */
    interface Timer {
        /** Prevents the task from running; does nothing when it has run already. */
        void cancel();
    }

    /** Told of each task that ended with an exception. */
    interface FailureHandler {
        void failed(String task, Throwable cause);
    }

    /** Letters and digits of generated names: no vowels and no look-alikes, as in the reference's name suffixes. */
    String SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    /** {@code length} random characters of {@link #SUFFIX_ALPHABET}. */
    default String newSuffix(int length) {
        var suffix = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            suffix.append(SUFFIX_ALPHABET.charAt(random().nextInt(SUFFIX_ALPHABET.length())));
        }
        return suffix.toString();
    }
}
