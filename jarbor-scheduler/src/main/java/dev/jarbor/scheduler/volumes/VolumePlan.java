package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import java.util.List;

/**
 * How the claims of a pod, which waited for it, get their volumes on the node that was chosen.
 *
 * @param bindings volumes that are there
 * @param provisions claims whose volume is to be made there
 */
public record VolumePlan(List<Pair> bindings, List<PersistentVolumeClaim> provisions) {
    public static final VolumePlan NOTHING = new VolumePlan(List.of(), List.of());

    record Pair(PersistentVolumeClaim claim, PersistentVolume volume) {}

    public VolumePlan {
        bindings = List.copyOf(bindings);
        provisions = List.copyOf(provisions);
    }

    public boolean isEmpty() {
        return bindings.isEmpty() && provisions.isEmpty();
    }
}
