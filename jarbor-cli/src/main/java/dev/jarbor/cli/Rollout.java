package dev.jarbor.cli;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.DeploymentCondition;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.cli.Applier.Target;
import dev.jarbor.client.Api;
import dev.jarbor.client.Query;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How far the workloads among some applied objects have come, by the rules of {@code kubectl rollout status}. */
final class Rollout {
    /**
     * One workload's progress.
     *
     * @param done how many replicas are updated and available
     * @param wanted how many there shall be
     * @param complete whether the rollout has ended well
     * @param trouble why it cannot go on, or what holds it up; "" while all is well
     */
    record Progress(Target target, int done, int wanted, boolean complete, boolean failed, String trouble) {
        String line() {
            String counts = target + " " + done + "/" + wanted + " ready";
            return trouble.isEmpty() ? counts : counts + " (" + trouble + ")";
        }
    }

    private static final List<String> WORKLOADS =
            List.of("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Pod");

    private final Api api;

    Rollout(Api api) {
        this.api = api;
    }

    static List<Target> workloads(List<Target> targets) {
        return targets.stream()
                .filter(target -> WORKLOADS.contains(target.kind().name()))
                .toList();
    }

    Progress of(Target target) {
        return switch (target.kind().name()) {
            case "Deployment" -> deployment(target, api.get(Deployment.KIND, target.key()));
            case "StatefulSet" -> statefulSet(target, api.get(StatefulSet.KIND, target.key()));
            case "DaemonSet" -> daemonSet(target, api.get(DaemonSet.KIND, target.key()));
            case "Pod" -> pod(target, api.get(Pod.KIND, target.key()));
            default -> replicas(target, api.get(target.kind(), target.key()).value());
        };
    }

    private Progress deployment(Target target, Deployment deployment) {
        int wanted = deployment.spec().replicasOr(1);
        var status = deployment.status();
        boolean observed = status.observedGeneration() >= deployment.metadata().generation();
        int done = Math.min(status.updatedReplicas(), status.availableReplicas());
        boolean complete = observed
                && status.updatedReplicas() >= wanted
                && status.replicas() <= status.updatedReplicas()
                && done >= wanted;
        boolean failed = observed
                && status.conditions().stream()
                        .map(DeploymentCondition::reason)
                        .anyMatch("ProgressDeadlineExceeded"::equals);
        return new Progress(target, done, wanted, complete, failed, complete ? "" : trouble(target.key(), deployment));
    }

    private Progress statefulSet(Target target, StatefulSet set) {
        int wanted = set.spec().replicasOr(1);
        boolean observed = set.status().observedGeneration() >= set.metadata().generation();
        int done = Math.min(set.status().readyReplicas(), set.status().updatedReplicas());
        return new Progress(target, done, wanted, observed && done >= wanted, false, "");
    }

    private Progress daemonSet(Target target, DaemonSet set) {
        int wanted = set.status().desiredNumberScheduled();
        boolean observed = set.status().observedGeneration() >= set.metadata().generation();
        int done = Math.min(set.status().numberAvailable(), set.status().updatedNumberScheduled());
        return new Progress(target, done, wanted, observed && done >= wanted, false, "");
    }

    private static Progress replicas(Target target, dev.jarbor.api.value.ObjectValue object) {
        ReplicaSet set = new ReplicaSet(object);
        int wanted = set.spec().replicasOr(1);
        boolean observed = set.status().observedGeneration() >= set.metadata().generation();
        return new Progress(
                target,
                set.status().availableReplicas(),
                wanted,
                observed && set.status().availableReplicas() >= wanted,
                false,
                "");
    }

    private static Progress pod(Target target, Pod pod) {
        boolean ready = isReady(pod) || pod.status().phase().equals("Succeeded");
        return new Progress(
                target,
                ready ? 1 : 0,
                1,
                ready,
                pod.status().phase().equals("Failed"),
                ready ? "" : waiting(pod).orElse(""));
    }

    /** The first reason why a pod of {@code deployment} waits, such as {@code ImagePullBackOff}. */
    private String trouble(ObjectKey key, Deployment deployment) {
        StringBuilder selector = new StringBuilder();
        deployment
                .spec()
                .selector()
                .matchLabels()
                .forEach((label, value) -> selector.append(selector.isEmpty() ? "" : ",")
                        .append(label)
                        .append('=')
                        .append(value));
        return api.list(Pod.KIND, key.namespace(), Query.labels(selector.toString())).items().stream()
                .filter(pod -> !isReady(pod))
                .flatMap(pod -> waiting(pod).stream())
                .findFirst()
                .orElse("");
    }

    private static Optional<String> waiting(Pod pod) {
        Stream<String> containers = Stream.concat(
                        pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream())
                .map(ContainerStatus::state)
                .filter(state -> state.hasWaiting())
                .map(state -> state.waiting().reason())
                .filter(reason ->
                        !reason.isEmpty() && !reason.equals("ContainerCreating") && !reason.equals("PodInitializing"));
        Stream<String> scheduling = pod.status().conditions().stream()
                .filter(condition -> condition.type().equals("PodScheduled")
                        && condition.status().equals("False"))
                .map(PodCondition::message);
        return Stream.concat(containers, scheduling).findFirst();
    }

    private static boolean isReady(Pod pod) {
        return pod.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }
}
