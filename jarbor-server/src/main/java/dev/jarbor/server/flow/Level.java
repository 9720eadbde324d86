package dev.jarbor.server.flow;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * A priority level at work: how many seats it has, how many are taken, and who waits. Guarded by its {@link Seats}.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#prioritylevelconfiguration">PriorityLevelConfiguration</a>
 */
final class Level {
    /** One queue that is always full: who cannot start is turned away. */
    private static final FairQueues NONE = new FairQueues(1, 1, 0);

    private final String name;
    private String uid = "";
    private ObjectValue spec = ObjectValue.EMPTY;
    private int nominal;
    private int most;
    private int lendable;
    private int executing;
    private int running;
    private FairQueues queues = NONE;

    Level(String name) {
        this.name = name;
    }

    /** Follows a configuration: what waits is dealt anew where the queues have changed. */
    void configure(String id, ObjectValue changed, int nominalSeats, int totalSeats) {
        ObjectValue limits = isExempt(changed) ? changed.object("exempt") : changed.object("limited");
        nominal = nominalSeats;
        lendable = (int) Math.round(nominalSeats * limits.integer("lendablePercent") / 100.0);
        most = limits.has("borrowingLimitPercent")
                ? (int) Math.min(
                        totalSeats,
                        nominalSeats + Math.round(nominalSeats * limits.integer("borrowingLimitPercent") / 100.0))
                : totalSeats;
        uid = id;
        if (!changed.equals(spec)) {
            List<Work> waiting = queues.all();
            ObjectValue response = limits.object("limitResponse");
            queues = response.string("type").equals("Queue") ? FairQueues.of(response.object("queuing")) : NONE;
            spec = changed;
            waiting.stream()
                    .filter(work -> !queues.add(work))
                    .forEach(work -> work.listener().rejected(Work.Rejection.QUEUE_FULL));
        }
    }

    private static boolean isExempt(ObjectValue spec) {
        return spec.string("type").equals("Exempt");
    }

    static long shares(ObjectValue spec) {
        return isExempt(spec)
                ? spec.object("exempt").integer("nominalConcurrencyShares")
                : spec.object("limited").integer("nominalConcurrencyShares");
    }

    boolean isExempt() {
        return isExempt(spec);
    }

    boolean hasQueues() {
        return queues != NONE;
    }

    boolean isIdle() {
        return running == 0 && queues.waiting() == 0;
    }

    void start(Work work) {
        executing += work.seats();
        running++;
    }

    void finish(Work work) {
        executing -= work.seats();
        running--;
    }

    /** How many seats more than its own it has taken. */
    int borrowed() {
        return isExempt() ? 0 : Math.max(0, executing - nominal);
    }

    /** How many seats it would lend now: those it needs itself stay. */
    int spare() {
        return isExempt() ? 0 : Math.max(0, Math.min(lendable, nominal - executing - queues.waitingSeats()));
    }

    /** Whether {@code work} fits into its own seats; the only request of a level always does. */
    boolean fits(Work work) {
        return isExempt() || executing == 0 || executing + work.seats() <= nominal;
    }

    /** How many seats it has to borrow for {@code work}; more than there are when it may not. */
    int lacking(Work work) {
        return executing + work.seats() > most ? Integer.MAX_VALUE : executing + work.seats() - nominal - borrowed();
    }

    String name() {
        return name;
    }

    String uid() {
        return uid;
    }

    FairQueues queues() {
        return queues;
    }

    int executing() {
        return executing;
    }

    int running() {
        return running;
    }

    int nominal() {
        return nominal;
    }
}
