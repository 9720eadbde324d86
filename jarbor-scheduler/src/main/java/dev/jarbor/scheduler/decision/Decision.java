package dev.jarbor.scheduler.decision;

import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Plugin;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where a pod goes. */
public sealed interface Decision {
    /** To this node. */
    record Assign(String node) implements Decision {}

    /**
     * Nowhere now.
     *
     * @param reasons counted as the reference's event does
     * @param preemption what is said of pods that could go, where none does
     * @param helped the nodes, by name, on which the pod might fit if others went
     * @param refusing the plugins that kept the pod from a node
     * @param remedy what else may help
     */
    record Unschedulable(
            String reasons,
            String preemption,
            List<String> helped,
            Set<Plugin> refusing,
            Optional<Filter.Remedy> remedy)
            implements Decision {
        public Unschedulable {
            helped = List.copyOf(helped);
            refusing = Set.copyOf(refusing);
        }

        /** All that there is to say when nobody has to go for the pod. */
        public String message() {
            return message(preemption);
        }

        /** The same with something else about pods that could go. */
        public String message(String ofPreemption) {
            String before = remedy.map(one -> " " + one.message() + ", ").orElse(" ");
            return ofPreemption.isEmpty() ? reasons : reasons + before + "preemption: " + ofPreemption;
        }
    }

    /** Nobody can say where; {@code message} says why. */
    record Failed(String message) implements Decision {}
}
