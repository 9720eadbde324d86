package dev.jarbor.controllers.deployment;

import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.controllers.common.Notice;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.Templates;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What comes of the annotation {@code deprecated.deployment.rollback.to}, by which old clients ask for an earlier revision.
 *
 * @param after the Deployment without the annotation, and with the template and the annotations of that revision
 * @param notice what is told of it
 */
record Rollback(Deployment after, Notice notice) {
    /** Empty where nobody asks for it, or it has to wait. */
    static Optional<Rollback> due(Deployment deployment, List<ReplicaSet> sets) {
        String wanted = deployment.metadata().annotations().getOrDefault(Revisions.ROLLBACK, "");
        if (deployment.spec().paused() || Ownership.isDeleting(deployment) || !wanted.matches("[+-]?[0-9]{1,18}")) {
            return Optional.empty();
        }
        long revision = Long.parseLong(wanted);
        if (revision == 0) {
            revision = last(sets);
            if (revision == 0) {
                return Optional.of(
                        refused(deployment, "DeploymentRollbackRevisionNotFound", "Unable to find last revision."));
            }
        }
        long sought = revision;
        Optional<ReplicaSet> found =
                sets.stream().filter(set -> Revisions.of(set) == sought).findFirst();
        if (found.isEmpty()) {
            return Optional.of(refused(
                    deployment, "DeploymentRollbackRevisionNotFound", "Unable to find the revision to rollback to."));
        }
        if (Templates.same(deployment.spec().template(), found.get().spec().template())) {
            return Optional.of(refused(
                    deployment,
                    "DeploymentRollbackTemplateUnchanged",
                    "The rollback revision contains the same template as current deployment \"" + deployment.name()
                            + "\""));
        }
        return Optional.of(new Rollback(
                with(deployment, found.get()),
                Notice.normal(
                        "DeploymentRollback",
                        "Rolled back deployment \"" + deployment.name() + "\" to revision " + revision)));
    }

    /** The last revision but one; 0 where there is none. */
    private static long last(List<ReplicaSet> sets) {
        return sets.stream()
                .map(Revisions::of)
                .sorted(Comparator.reverseOrder())
                .distinct()
                .skip(1)
                .findFirst()
                .orElse(0L);
    }

    private static Rollback refused(Deployment deployment, String reason, String message) {
        var annotations = new TreeMap<>(deployment.metadata().annotations());
        annotations.remove(Revisions.ROLLBACK);
        return new Rollback(
                deployment.withMetadata(deployment.metadata().withAnnotations(annotations)),
                Notice.warning(reason, message));
    }

    private static Deployment with(Deployment deployment, ReplicaSet set) {
        var annotations = new TreeMap<>(deployment.metadata().annotations());
        annotations.keySet().retainAll(Revisions.OWN);
        annotations.remove(Revisions.ROLLBACK);
        set.metadata().annotations().forEach((name, value) -> {
            if (!Revisions.OWN.contains(name)) {
                annotations.put(name, value);
            }
        });
        return deployment
                .withMetadata(deployment.metadata().withAnnotations(annotations))
                .withSpec(deployment
                        .spec()
                        .withTemplate(Templates.unlabelled(set.spec().template(), Templates.HASH)));
    }
}
