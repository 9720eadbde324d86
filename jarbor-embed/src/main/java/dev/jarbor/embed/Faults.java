package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.coordination.v1.LeaseSpec;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.client.Api;
import dev.jarbor.client.Verb;
import dev.jarbor.cluster.ControlPlane;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.Interference.Asked;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * What goes wrong in an embedded cluster, when its user wants it to: at once, {@link #after} a time, {@link #atWrite} some
 * step, or {@link #atRandom}. Every fault is an entry of the cluster's {@link Trace}.
 */
public final class Faults {
    private static final Calls LOOPS = Calls.ANY.that(
            "of controllers",
            asked -> asked.agent().startsWith("kube-controller-manager")
                    || asked.agent().startsWith("kube-scheduler"));

    private final Runtime runtime;
    private final Machines machines;
    private final ControlPlane plane;
    private final Disturbance disturbance;
    private final Recorder recorder;
    private final List<Step> steps = new CopyOnWriteArrayList<>();

    private record Step(long write, Consumer<Faults> fault) {}

    Faults(Runtime runtime, Machines machines, ControlPlane plane, Disturbance disturbance, Recorder recorder) {
        this.runtime = runtime;
        this.machines = machines;
        this.plane = plane;
        this.disturbance = disturbance;
        this.recorder = recorder;
        recorder.afterWrite(this::written);
    }

    private void happens(String note, Runnable fault) {
        runtime.turn(() -> {
            recorder.fault(note);
            fault.run();
            return note;
        });
    }

    /** The node loses power: its agent and its containers are gone, and the API hears of neither. */
    public void loseNode(String name) {
        happens("node " + name + " is lost", () -> machines.lose(name));
    }

    /** A lost node is switched on again, empty. */
    public void restoreNode(String name) {
        happens("node " + name + " is back", () -> machines.restore(name));
    }

    /** All nodes of a zone are lost at once. */
    public void loseZone(String zone) {
        happens("zone " + zone + " is lost", () -> machines.inZone(zone).forEach(machines::lose));
    }

    public void restoreZone(String zone) {
        happens("zone " + zone + " is back", () -> machines.inZone(zone).forEach(machines::restore));
    }

    /** The next {@code times} such calls meet a conflict. */
    public void conflict(Calls calls, int times) {
        refuse("conflict for the next " + times + " " + calls.about(), calls, times, Faults::conflict);
    }

    private static ApiException conflict(Asked asked) {
        return ApiException.conflict(resource(asked), asked.request().path().name());
    }

    private static GroupResource resource(Asked asked) {
        return new GroupResource(
                asked.request().path().group(), asked.request().path().plural());
    }

    /** The next {@code times} such calls, and watches, are answered with status 500. */
    public void fail(Calls calls, int times) {
        refuse(
                "internal error for the next " + times + " " + calls.about(),
                calls,
                times,
                asked -> ApiException.internalError("a fault was asked for"));
    }

    /** The next {@code times} such calls, and watches, are told that nobody knows who asks, as when a token has expired. */
    public void expireToken(Calls calls, int times) {
        refuse(
                "unauthorized for the next " + times + " " + calls.about(),
                calls,
                times,
                asked -> ApiException.unauthorized());
    }

    /** The next {@code times} such calls, and watches, are refused with what {@code refusal} makes. */
    public void refuse(Calls calls, int times, Function<Asked, ApiException> refusal) {
        refuse("refusal of the next " + times + " " + calls.about(), calls, times, refusal);
    }

    private void refuse(String note, Calls calls, int times, Function<Asked, ApiException> refusal) {
        happens(note, () -> disturbance.refuse(calls, times, refusal));
    }

    /** From now on such reads are answered as things are now, however they change, until {@link #heal}. */
    public void staleReads(Calls calls) {
        happens(
                "stale reads for " + calls.about(),
                () -> disturbance.answerFrom(calls, recorder.snapshot().revision()));
    }

    /** From now on the events of such watches arrive so much later, until {@link #heal}. */
    public void slowWatches(Calls calls, Duration delay) {
        happens("watches late by " + delay + " for " + calls.about(), () -> disturbance.slow(calls, delay));
    }

    /** Such watches that run now break off. */
    public void cutWatches(Calls calls) {
        happens("watches cut: " + calls.about(), () -> disturbance.cut(calls.verb(Verb.WATCH)));
    }

    /** Ends the faults of calls and watches; nodes stay as they are. */
    public void heal() {
        happens("calls and watches are well again", disturbance::clear);
    }

    /** The cluster's own control loops and its scheduler start anew, knowing nothing. */
    public void restartControllers() {
        happens("controllers start anew", plane::restartLoops);
    }

    /**
     * The process of the cluster's own control loops and of its scheduler ends in the middle of what it does, right after it
     * has made such a call and before it hears of the answer, and begins anew at once, knowing nothing; so often.
     *
     * @param calls only those of these loops count
     */
    public void crashControllers(Calls calls, int times) {
        happens(
                "controllers crash at the next " + times + " " + calls.about(),
                () -> disturbance.crash(calls.that("of controllers", LOOPS.matches()), times, this::crashed));
    }

    private void crashed() {
        recorder.fault("controllers crash");
        disturbance.end(LOOPS);
        plane.endLoops();
        runtime.execute("controllers start anew", () -> {
            disturbance.begin();
            plane.restartLoops();
        });
    }

    /**
     * Somebody else takes a Lease, so that whoever leads by it does not any more, and gives it up after {@code held}.
     *
     * @throws ApiException where there is no such Lease
     */
    public void loseLeader(String namespace, String lease, Duration held) {
        happens("leader of " + namespace + "/" + lease + " is robbed", () -> {
            take(new ObjectKey(namespace, lease), "another", (int) Math.max(1, held.toSeconds()));
            runtime.schedule("the thief gives up", held, () -> take(new ObjectKey(namespace, lease), "", 1));
        });
    }

    private void take(ObjectKey key, String holder, int seconds) {
        Api api = plane.as("another");
        Lease lease = api.get(Lease.KIND, key);
        LeaseSpec spec = lease.spec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds(seconds)
                .withRenewTime(runtime.now())
                .withAcquireTime(runtime.now())
                .withLeaseTransitions(lease.spec().leaseTransitions() + 1);
        api.update(Lease.KIND, lease.withSpec(spec));
    }

    /** Does something to the cluster when so much of its time has passed. */
    public void after(Duration delay, Consumer<Faults> fault) {
        runtime.schedule("fault", delay, () -> fault.accept(this));
    }

    /** Does something to the cluster right after it has written so often, counted from now. */
    public void atWrite(long count, Consumer<Faults> fault) {
        steps.add(new Step(recorder.writes() + count, fault));
    }

    private void written() {
        if (steps.isEmpty()) {
            return;
        }
        long now = recorder.writes();
        List<Step> due = steps.stream().filter(step -> step.write() <= now).toList();
        steps.removeAll(due);
        due.forEach(step -> runtime.execute("fault", () -> step.fault().accept(this)));
    }

    /**
     * From now on does one of {@code faults} to the cluster again and again, which and when as the seed draws it.
     *
     * @param about how much time lies between two on average
     * @param length after which there are no more
     */
    public void atRandom(long seed, Duration about, Duration length, List<Consumer<Faults>> faults) {
        next(new SimulatedRuntime(seed).random(), about, length, List.copyOf(faults));
    }

    private void next(RandomGenerator chance, Duration about, Duration left, List<Consumer<Faults>> faults) {
        Duration delay = Duration.ofNanos((long) (about.toNanos() * 2 * chance.nextDouble()));
        Consumer<Faults> fault = faults.get(chance.nextInt(faults.size()));
        Duration rest = left.minus(delay);
        if (!rest.isNegative()) {
            runtime.schedule("fault", delay, () -> {
                fault.accept(this);
                next(chance, about, rest, faults);
            });
        }
    }
}
