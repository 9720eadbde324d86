package dev.jarbor.controllers.devicetaints;

import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.resource.v1beta2.DeviceTaintRule;
import dev.jarbor.api.scheduling.DeviceTaints;

/** What the status of a rule says of the pods that it drives away. */
final class RuleCondition {
    static final String TYPE = "EvictionInProgress";

    private RuleCondition() {}

    /**
     * @param pods that have to go and are there; with the effect None those that would have to with NoExecute
     * @param namespaces in how many namespaces these are
     * @param evicted how many have been made to go
     */
    record Counts(long published, long allocated, long pods, long namespaces, long evicted) {}

    /** Without a time. */
    static Condition of(DeviceTaintRule rule, Counts counts) {
        Condition condition = Condition.EMPTY
                .withType(TYPE)
                .withStatus("False")
                .withObservedGeneration(rule.metadata().generation());
        String message = "";
        switch (rule.spec().taint().effect()) {
            case DeviceTaints.NO_EXECUTE -> {
                if (counts.pods() > 0) {
                    condition = condition.withStatus("True").withReason("PodsPendingEviction");
                    message = (counts.pods() == 1 ? "1 pod needs" : counts.pods() + " pods need") + " to be evicted in "
                            + namespaces(counts) + ".";
                } else {
                    condition = condition.withReason(counts.evicted() > 0 ? "Completed" : "NotStarted");
                }
            }
            case "None" -> {
                condition = condition.withReason("NoEffect");
                message = devices(counts.published(), "published") + devices(counts.allocated(), "allocated")
                        + (counts.pods() == 1 ? "1 pod" : counts.pods() + " pods") + " would be evicted in "
                        + namespaces(counts)
                        + " if the effect was NoExecute. This information will not be updated again. Recreate the"
                        + " DeviceTaintRule to trigger an update.";
            }
            default -> {
                condition = condition.withReason("OtherEffect");
                message = "Eviction only happens for the NoExecute effect.";
            }
        }
        if (counts.evicted() > 0) {
            message += (message.isEmpty() ? "" : " ")
                    + (counts.evicted() == 1 ? "1 pod" : counts.evicted() + " pods")
                    + " evicted since starting the controller.";
        }
        return condition.withMessage(message);
    }

    private static String namespaces(Counts counts) {
        return counts.namespaces() == 1 ? "1 namespace" : counts.namespaces() + " different namespaces";
    }

    private static String devices(long count, String which) {
        return count + " " + which + (count == 1 ? " device" : " devices") + " selected. ";
    }
}
