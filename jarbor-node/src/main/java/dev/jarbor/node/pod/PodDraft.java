package dev.jarbor.node.pod;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A plan while it is made: collects actions, changes of memory, and the earliest time to look again. */
final class PodDraft {
    private final List<PodAction> actions = new ArrayList<>();
    private PodMemory memory;
    private Duration look = Duration.ZERO;
    private Duration refresh = Duration.ZERO;
    private boolean ended;

    PodDraft(PodMemory memory) {
        this.memory = memory;
    }

    /** Adds {@code action} under the name {@code operation}, unless that is under way already. */
    void begin(String operation, PodAction action) {
        if (!memory.isBusy(operation)) {
            memory = memory.withBusy(operation);
            actions.add(action);
        }
    }

    void tell(String container, boolean warning, String reason, String message) {
        actions.add(new PodAction.Tell(container, warning, reason, message));
    }

    void remember(UnaryOperator<PodMemory> change) {
        memory = change.apply(memory);
    }

    void remember(String container, UnaryOperator<ContainerMemory> change) {
        memory = memory.withContainer(container, change);
    }

    /** Asks for another look after {@code delay} at the latest. */
    void lookAfter(Duration delay) {
        Duration positive = delay.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : delay;
        look = look.isZero() || positive.compareTo(look) < 0 ? positive : look;
    }

    /** Asks for a look after {@code delay} at whether volumes are up to date. */
    void refreshAfter(Duration delay) {
        refresh = delay.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : delay;
    }

    void ended() {
        ended = true;
    }

    boolean isBusy(String operation) {
        return memory.isBusy(operation);
    }

    PodMemory memory() {
        return memory;
    }

    PodPlan plan() {
        return new PodPlan(actions, memory, look, refresh, ended);
    }
}
