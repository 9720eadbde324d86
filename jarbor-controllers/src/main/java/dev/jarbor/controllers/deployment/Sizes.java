package dev.jarbor.controllers.deployment;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.RollingUpdateDeployment;
import java.util.List;

/** How many pods a Deployment wants, may have on top, and may lack. */
final class Sizes {
    private Sizes() {}

    static int desired(Deployment deployment) {
        return deployment.spec().replicasOr(1);
    }

    static boolean isRolling(Deployment deployment) {
        return !deployment.spec().strategy().type().equals("Recreate");
    }

    /** How many pods more than desired there may be during a rolling update; percentages are rounded up. */
    static int maxSurge(Deployment deployment) {
        RollingUpdateDeployment rolling = deployment.spec().strategy().rollingUpdate();
        return isRolling(deployment)
                ? scaled(rolling.hasMaxSurge() ? rolling.maxSurge() : IntOrString.of("25%"), deployment, true)
                : 0;
    }

    /**
     * How many pods may be unavailable during a rolling update; percentages are rounded down. At least one where the surge
     * is none, because nothing could move otherwise.
     */
    static int maxUnavailable(Deployment deployment) {
        int desired = desired(deployment);
        if (!isRolling(deployment) || desired == 0) {
            return 0;
        }
        RollingUpdateDeployment rolling = deployment.spec().strategy().rollingUpdate();
        IntOrString wanted = rolling.hasMaxUnavailable() ? rolling.maxUnavailable() : IntOrString.of("25%");
        int unavailable = scaled(wanted, deployment, false);
        return Math.min(unavailable == 0 && maxSurge(deployment) == 0 ? 1 : unavailable, desired);
    }

    private static int scaled(IntOrString wanted, Deployment deployment, boolean roundUp) {
        return wanted.isText() && !wanted.toString().endsWith("%") ? 0 : wanted.scaled(desired(deployment), roundUp);
    }

    static int of(ReplicaSet set) {
        return set.spec().replicasOr(1);
    }

    /** How many pods {@code sets} want together. */
    static int total(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Sizes::of).sum();
    }

    /**
     * How many pods of {@code set} will be available once it has followed its size: its status may still count pods that
     * the size has given up.
     */
    static int available(ReplicaSet set) {
        return Math.min(of(set), set.status().availableReplicas());
    }

    static int available(List<ReplicaSet> sets) {
        return sets.stream().mapToInt(Sizes::available).sum();
    }

    /** How large the new set should be now, given all sets of the Deployment. */
    static int nextForNew(Deployment deployment, List<ReplicaSet> all, int present) {
        if (!isRolling(deployment)) {
            return desired(deployment);
        }
        int most = desired(deployment) + maxSurge(deployment);
        int room = most - total(all);
        return room <= 0 ? present : present + Math.min(room, desired(deployment) - present);
    }
}
