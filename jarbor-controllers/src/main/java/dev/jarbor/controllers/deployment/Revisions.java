package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The notes a Deployment leaves in the annotations of its ReplicaSets: which revision each one is, and how many replicas
 * were wanted when it was last scaled. {@code kubectl rollout history} and {@code undo} read them.
 *
 * @see <a href="https://kubernetes.io/docs/reference/labels-annotations-taints/">Well-known annotations</a>
 */
final class Revisions {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    static final String ROLLBACK = "deprecated.deployment.rollback.to";

    /** Past it the oldest revisions of the history are dropped. */
    private static final int LONGEST_HISTORY = 2000;

    /** What a ReplicaSet does not take over from its Deployment. */
    static final List<String> OWN =
            List.of("kubectl.kubernetes.io/last-applied-configuration", REVISION, HISTORY, DESIRED, MAX, ROLLBACK);

    private Revisions() {}

    /** The revision of {@code set}; 0 where it has none. */
    static long of(ReplicaSet set) {
        return number(set, REVISION);
    }

    static long number(ReplicaSet set, String annotation) {
        return number(set.metadata().annotations().getOrDefault(annotation, ""));
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    static long highest(List<ReplicaSet> sets) {
        return sets.stream().mapToLong(Revisions::of).max().orElse(0);
    }

    /** {@code set} as the current one: with the Deployment's annotations, and at least at {@code revision}. */
    static ReplicaSet current(Deployment deployment, ReplicaSet set, long revision) {
        var annotations = new TreeMap<>(set.metadata().annotations());
        deployment.metadata().annotations().forEach((name, value) -> {
            if (!OWN.contains(name)) {
                annotations.put(name, value);
            }
        });
        String before = annotations.getOrDefault(REVISION, "");
        if (number(before) < revision) {
            annotations.put(REVISION, Long.toString(revision));
            if (!before.isEmpty()) {
                annotations.put(HISTORY, appended(annotations.getOrDefault(HISTORY, ""), before));
            }
        }
        return withAnnotations(set, annotations);
    }

    private static String appended(String history, String revision) {
        String longer = history.isEmpty() ? revision : history + "," + revision;
        while (longer.length() > LONGEST_HISTORY && longer.contains(",")) {
            longer = longer.substring(longer.indexOf(',') + 1);
        }
        return longer;
    }

    /** {@code set} with a note of how many replicas the Deployment wants, and has at most while it rolls. */
    static ReplicaSet noting(Deployment deployment, ReplicaSet set) {
        var annotations = new TreeMap<>(set.metadata().annotations());
        int desired = Sizes.desired(deployment);
        annotations.put(DESIRED, Integer.toString(desired));
        annotations.put(MAX, Integer.toString(desired + Sizes.maxSurge(deployment)));
        return withAnnotations(set, annotations);
    }

    private static ReplicaSet withAnnotations(ReplicaSet set, Map<String, String> annotations) {
        return annotations.equals(set.metadata().annotations())
                ? set
                : set.withMetadata(set.metadata().withAnnotations(annotations));
    }
}
