package dev.jarbor.client;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes one of several candidates the leader at a time by means of a Lease object, compatible with client-go's leader
 * election.
 *
 * <p>The holder of the lease renews it every retry period. Another candidate takes it only when it has seen no change of it
 * for the lease's duration <em>on its own clock</em>: the times written in the lease inform people and decide nothing, so
 * clocks that are wrong or jump do no harm. A leader that could not renew for the renew deadline stops leading before
 * that, on its own timer and even while a request hangs. So there are never two leaders as long as clocks run about equally
 * fast: by more than the ratio of lease duration to renew deadline they must not differ.
 *
 * <p>Unlike client-go's, a candidate that lost goes on as a candidate until it is closed. Each time it leads is a term of
 * its own, which the Lease's uid, holder and count of transitions tell from all others, whoever led then: what still
 * happens in the name of a term that is over can be known and refused.
 *
 * @see <a href="https://pkg.go.dev/k8s.io/client-go/tools/leaderelection">client-go's leader election</a>
 */
public final class LeaderElection implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LeaderElection.class.getName());
    private static final double JITTER = 1.2;

    /**
     * How to elect.
     *
     * @param lease the Lease to hold
     * @param identity who this candidate is; different for each
     * @param leaseDuration how long others wait for a sign of life
     * @param renewDeadline how long the leader tries to renew before it gives up
     * @param retryPeriod between two tries
     * @param releaseOnClose whether a leader that closes hands the lease back, so that the next one need not wait
     */
    public record Settings(
            ObjectKey lease,
            String identity,
            Duration leaseDuration,
            Duration renewDeadline,
            Duration retryPeriod,
            boolean releaseOnClose) {
        public Settings {
            if (leaseDuration.compareTo(renewDeadline) <= 0) {
                throw new IllegalArgumentException("leaseDuration must be greater than renewDeadline");
            }
            if (renewDeadline.toNanos() <= JITTER * retryPeriod.toNanos()) {
                throw new IllegalArgumentException("renewDeadline must be greater than retryPeriod*" + JITTER);
            }
            if (leaseDuration.toSeconds() < 1 || !retryPeriod.isPositive()) {
                throw new IllegalArgumentException(
                        "leaseDuration must be at least one second and retryPeriod positive");
            }
            if (identity.isEmpty()) {
                throw new IllegalArgumentException("a candidate needs an identity");
            }
        }

        /** How long a leader leads without a renewal: client-go's deadline, but never past the lease. */
        private Duration longestWithoutRenewal() {
            Duration deadline = retryPeriod.plus(renewDeadline);
            return deadline.compareTo(leaseDuration) < 0 ? deadline : leaseDuration;
        }

        /** The reference's defaults: 15, 10 and 2 seconds, handing the lease back. */
        public static Settings of(ObjectKey lease, String identity) {
            return new Settings(
                    lease, identity, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2), true);
        }
    }

    /** Told what this candidate is; one call at a time, and {@code started} and {@code stopped} in turn. */
    public interface Listener {
        /**
         * This candidate leads now.
         *
         * @param held the Lease as it was when this term began
         */
        void started(Lease held);

        /** It leads no longer, and must have stopped acting as a leader when this returns. */
        void stopped();

        /** Somebody, perhaps this candidate, leads now. */
        default void newLeader(String identity) {}
    }

    private final Api api;
    private final Runtime runtime;
    private final Settings settings;
    private final Listener listener;
    private final String task;
    private final Turns telling;
    private final CountDownLatch released = new CountDownLatch(1);

    /** The lease as last seen, and when on our clock. Only touched by tries, of which there is one at a time. */
    private Lease observed = Lease.EMPTY;

    private long observedAt;
    /** The Lease as it was when the last term of this candidate began. */
    private Lease term = Lease.EMPTY;

    private String lastFault = "";

    private String leader = "";
    private boolean leading;
    private boolean trying;
    private boolean started;
    private boolean closed;
    private long heldUntil;
    private Runtime.Timer next = () -> {};
    private Runtime.Timer deadline = () -> {};

    public LeaderElection(Api api, Runtime runtime, Settings settings, Listener listener) {
        this.api = api;
        this.runtime = runtime;
        this.settings = settings;
        this.listener = listener;
        this.task = "leader election " + settings.lease();
        this.telling = new Turns(task, runtime);
    }

    /** Becomes a candidate. */
    public synchronized void start() {
        if (!started && !closed) {
            started = true;
            trying = true;
            runtime.execute(task, this::attempt);
        }
    }

    /**
     * Whether this candidate leads at this moment. Also false when its lease may have run out without it having noticed,
     * as after a pause of the whole process.
     */
    public synchronized boolean leading() {
        return leading && runtime.nanoTime() - heldUntil < 0;
    }

    /** Who was last seen to lead; "" before anybody was. */
    public synchronized String leader() {
        return leader;
    }

    /** Stops; a leader stops leading first and then hands the lease back, if the settings say so. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            next.cancel();
            stopLeading();
            if (!started) {
                released.countDown();
            } else if (!trying) {
                releaseLater();
            }
        }
        telling.run();
    }

    /**
     * Waits, after {@link #close}, until the lease is handed back or that has failed. Not for tasks of a simulated runtime.
     *
     * @return whether that was so in time
     */
    public boolean awaitRelease(Duration longest) {
        try {
            return released.await(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void attempt() {
        long sent = runtime.nanoTime();
        boolean held = false;
        try {
            held = acquireOrRenew(inTerm());
            lastFault = "";
        } catch (RuntimeException failure) {
            report(failure);
        }
        decide(sent, held, observed);
        telling.run();
    }

    private synchronized boolean inTerm() {
        return leading;
    }

    private synchronized void decide(long sent, boolean held, Lease seen) {
        trying = false;
        String holder = seen.spec().holderIdentity();
        if (closed) {
            releaseLater();
            return;
        }
        if (held) {
            lead(sent, seen);
        } else if (!holder.isEmpty() && !holder.equals(settings.identity)) {
            // Somebody else took the lease: no use in waiting for the deadline.
            stopLeading();
        }
        if (!holder.isEmpty() && !holder.equals(leader)) {
            leader = holder;
            telling.line(() -> listener.newLeader(holder));
        }
        next = runtime.schedule(task, leading ? settings.retryPeriod : jittered(), this::attemptAgain);
    }

    private void lead(long sent, Lease held) {
        if (!ofOneTerm(term, held)) {
            // Where it leads already, the Lease was deleted or changed by others, and made anew.
            stopLeading();
        } else if (!leading) {
            // It gave up while this renewal was on its way: the next try begins another term.
            return;
        }
        heldUntil = sent + settings.leaseDuration.toNanos();
        deadline.cancel();
        deadline = runtime.schedule(
                task, settings.longestWithoutRenewal().minusNanos(runtime.nanoTime() - sent), this::giveUp);
        if (!leading) {
            leading = true;
            term = held;
            telling.line(() -> listener.started(held));
        }
    }

    private static boolean ofOneTerm(Lease one, Lease other) {
        return one.metadata().uid().equals(other.metadata().uid())
                && one.spec().leaseTransitions() == other.spec().leaseTransitions()
                && one.spec().holderIdentity().equals(other.spec().holderIdentity());
    }

    /** Within the lock, so that {@code started} and {@code stopped} stand in line in the order of the facts. */
    private void stopLeading() {
        deadline.cancel();
        if (leading) {
            leading = false;
            telling.line(listener::stopped);
        }
    }

    /** Behind what the listener is being told: the lease is handed back when this candidate has stopped. */
    private void releaseLater() {
        if (settings.releaseOnClose) {
            telling.line(() -> runtime.execute(task, this::release));
        } else {
            released.countDown();
        }
    }

    private void attemptAgain() {
        synchronized (this) {
            if (closed) {
                return;
            }
            trying = true;
        }
        attempt();
    }

    private void giveUp() {
        synchronized (this) {
            // A renewal may have come in while this task was on its way.
            Duration left = settings.leaseDuration.minus(settings.longestWithoutRenewal());
            if (!leading || heldUntil - runtime.nanoTime() > left.toNanos()) {
                return;
            }
            stopLeading();
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "leadership lost, the lease could not be renewed in time: lease=" + settings.lease);
        telling.run();
    }

    private Duration jittered() {
        double factor = 1 + JITTER * runtime.random().nextDouble();
        return Duration.ofNanos((long) (settings.retryPeriod.toNanos() * factor));
    }

    /**
     * Whether this candidate holds the lease now.
     *
     * @param inTerm whether it is to go on with its term; else a lease that it holds already is acquired anew
     */
    private boolean acquireOrRenew(boolean inTerm) {
        Instant now = runtime.now();
        if (inTerm && renewedAsObserved(now)) {
            return true;
        }
        Optional<Lease> found = api.find(Lease.KIND, settings.lease);
        if (found.isEmpty()) {
            LeaseSpec spec = mine(now, LeaseSpec.EMPTY).withAcquireTime(now).withLeaseTransitions(0);
            Lease lease = Lease.named(settings.lease.namespace(), settings.lease.name())
                    .withSpec(spec);
            observe(api.create(Lease.KIND, lease));
            return true;
        }
        Lease lease = found.get();
        // By version, not by what it says: a holder whose clock was set back writes a time that it wrote before.
        if (!lease.metadata().resourceVersion().equals(observed.metadata().resourceVersion())) {
            observe(lease);
        }
        LeaseSpec spec = lease.spec();
        boolean held = spec.holderIdentity().equals(settings.identity);
        if (!held && !spec.holderIdentity().isEmpty() && !expired(spec)) {
            return false;
        }
        LeaseSpec wanted = mine(now, spec)
                .withAcquireTime(held && inTerm ? spec.acquireTime().orElse(now) : now)
                .withLeaseTransitions(spec.leaseTransitions() + (held && inTerm ? 0 : 1));
        // With the version that was read: whoever else takes it at this moment makes this a conflict.
        observe(api.update(Lease.KIND, lease.withSpec(wanted)));
        return true;
    }

    /** The usual case, in one request: nobody has touched the lease since this candidate last renewed it. */
    private boolean renewedAsObserved(Instant now) {
        LeaseSpec spec = observed.spec();
        if (!spec.holderIdentity().equals(settings.identity) || expired(spec)) {
            return false;
        }
        LeaseSpec wanted = mine(now, spec)
                .withAcquireTime(spec.acquireTime().orElse(now))
                .withLeaseTransitions(spec.leaseTransitions());
        try {
            observe(api.update(Lease.KIND, observed.withSpec(wanted)));
            return true;
        } catch (ApiException refused) {
            return false;
        }
    }

    private void observe(Lease lease) {
        observed = lease;
        observedAt = runtime.nanoTime();
    }

    private boolean expired(LeaseSpec spec) {
        Duration duration = Duration.ofSeconds(spec.leaseDurationSecondsOr((int) settings.leaseDuration.toSeconds()));
        return runtime.nanoTime() - observedAt >= duration.toNanos();
    }

    /**
     * Held by this candidate, and different from {@code before}: a renewal that happened to write the time that is there,
     * because the wall clock was set back, would make no new version and so be no sign of life.
     */
    private LeaseSpec mine(Instant now, LeaseSpec before) {
        Instant renewed = now.truncatedTo(ChronoUnit.MICROS);
        return LeaseSpec.EMPTY
                .withHolderIdentity(settings.identity)
                .withLeaseDurationSeconds((int) settings.leaseDuration.toSeconds())
                .withRenewTime(
                        before.renewTime().equals(Optional.of(renewed)) ? renewed.plus(1, ChronoUnit.MICROS) : renewed);
    }

    /** Hands the lease back: nobody holds it, and it runs out in a second. */
    private void release() {
        try {
            Optional<Lease> found = api.find(Lease.KIND, settings.lease);
            if (found.isEmpty() || !found.get().spec().holderIdentity().equals(settings.identity)) {
                return;
            }
            Instant now = runtime.now();
            LeaseSpec free = LeaseSpec.EMPTY
                    .withHolderIdentity("")
                    .withLeaseDurationSeconds(1)
                    .withRenewTime(now)
                    .withAcquireTime(now)
                    .withLeaseTransitions(found.get().spec().leaseTransitions());
            api.update(Lease.KIND, found.get().withSpec(free));
        } catch (ApiException refused) {
            report(refused);
        } finally {
            released.countDown();
        }
    }

    private void report(RuntimeException failure) {
        String fault = String.valueOf(failure.getMessage());
        boolean lostRace =
                failure instanceof ApiException refused && (refused.isConflict() || refused.isAlreadyExists());
        if (!lostRace && !fault.equals(lastFault)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot acquire or renew a lease: lease=" + settings.lease + " error=" + fault);
        }
        lastFault = fault;
    }
}
