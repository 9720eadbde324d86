package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.DeploymentStatus;
import dev.jarbor.api.apps.v1.ReplicaSet;
import java.time.Duration;
import java.util.List;

/**
 * What one pass over a Deployment intends to write, in this order.
 *
 * @param writes to its ReplicaSets
 * @param revision what its revision annotation should say; "" where there is no new set to take it from
 * @param status what its status should be
 * @param again after how long to look again because the progress deadline will have passed; zero for never
 */
record Plan(List<Write> writes, String revision, DeploymentStatus status, Duration again) {
    Plan {
        writes = List.copyOf(writes);
    }

    /** A write to one ReplicaSet; {@code events} are what to tell of it. */
    sealed interface Write {
        ReplicaSet set();

        record Create(ReplicaSet set, List<String> events) implements Write {}

        record Update(ReplicaSet set, List<String> events) implements Write {}

        record Delete(ReplicaSet set) implements Write {}
    }
}
