package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.EnvVar;
import dev.jarbor.api.core.v1.EnvVarSource;
import dev.jarbor.api.core.v1.ObjectFieldSelector;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Patch;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodMaker;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The pods of a Job: what they carry, which index they work on, and when they ended. */
final class JobPods {
    /** Keeps a pod that has ended until the Job has counted it. */
    static final String TRACKING = "batch.kubernetes.io/job-tracking";

    static final String INDEX = "batch.kubernetes.io/job-completion-index";
    static final String FAILURES = "batch.kubernetes.io/job-index-failure-count";
    static final String IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";

    private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";
    /** Of a name that a server completes, without its own five letters. */
    private static final int LONGEST_PREFIX = 58;

    private JobPods() {}

    static boolean isIndexed(Job job) {
        return job.spec().completionMode().equals("Indexed");
    }

    /** A pod of {@code job} that works on no index in particular. */
    static Pod any(Job job) {
        Pod pod = PodMaker.pod(job, Job.KIND, job.spec().template());
        return tracked(pod);
    }

    /**
     * The pod of {@code job} for an index.
     *
     * @param before the failed pod that it replaces: where each index has its own limit, it takes over how often the index has
     *     failed
     */
    static Pod forIndex(Job job, int index, Optional<Pod> before) {
        Pod pod = tracked(PodMaker.pod(job, Job.KIND, job.spec().template()));
        var annotations = new TreeMap<>(pod.metadata().annotations());
        annotations.put(INDEX, Integer.toString(index));
        if (job.spec().hasBackoffLimitPerIndex()) {
            boolean ignore = before.map(failed -> FailurePolicy.judge(job, failed))
                    .filter(Verdict.Ignore.class::isInstance)
                    .isPresent();
            int more = before.isPresent() ? 1 : 0;
            int failures = before.map(JobPods::failuresBefore).orElse(0) + (ignore ? 0 : more);
            int ignored = before.map(JobPods::ignoredBefore).orElse(0) + (ignore ? more : 0);
            annotations.put(FAILURES, Integer.toString(failures));
            if (ignored > 0) {
                annotations.put(IGNORED, Integer.toString(ignored));
            }
        }
        var labels = new TreeMap<>(pod.metadata().labels());
        labels.put(INDEX, Integer.toString(index));
        ObjectMeta metadata = pod.metadata()
                .withGenerateName(prefix(job.name(), "-" + index + "-"))
                .withAnnotations(annotations)
                .withLabels(labels);
        PodSpec spec = pod.spec()
                .withContainers(told(pod.spec().containers()))
                .withInitContainers(told(pod.spec().initContainers()));
        spec = pod.spec().hasInitContainers() ? spec : spec.withoutInitContainers();
        return pod.withMetadata(metadata).withSpec(spec.withHostname(job.name() + "-" + index));
    }

    /** The index stays readable in the name of a pod, however long the name of its Job. */
    private static String prefix(String job, String index) {
        int room = LONGEST_PREFIX - index.length();
        return (job.length() > room ? job.substring(0, room) : job) + index;
    }

    private static Pod tracked(Pod pod) {
        var finalizers = new ArrayList<>(pod.metadata().finalizers());
        if (!finalizers.contains(TRACKING)) {
            finalizers.add(TRACKING);
        }
        return pod.withMetadata(pod.metadata().withFinalizers(finalizers));
    }

    /** Each container learns its index from the pod's label, unless it says something of its own under that name. */
    private static List<Container> told(List<Container> containers) {
        return containers.stream().map(JobPods::told).toList();
    }

    private static Container told(Container container) {
        if (container.env().stream().anyMatch(variable -> variable.name().equals(INDEX_VARIABLE))) {
            return container;
        }
        var variables = new ArrayList<>(container.env());
        variables.add(EnvVar.EMPTY
                .withName(INDEX_VARIABLE)
                .withValueFrom(EnvVarSource.EMPTY.withFieldRef(
                        ObjectFieldSelector.EMPTY.withFieldPath("metadata.labels['" + INDEX + "']"))));
        return container.withEnv(variables);
    }

    /** The index that {@code pod} works on; empty where it has none, or one that the Job does not have. */
    static OptionalInt indexOf(Pod pod, int completions) {
        int index = number(pod, INDEX, -1);
        return index >= 0 && index < completions ? OptionalInt.of(index) : OptionalInt.empty();
    }

    static int failuresBefore(Pod pod) {
        return number(pod, FAILURES, 0);
    }

    static int ignoredBefore(Pod pod) {
        return number(pod, IGNORED, 0);
    }

    /** How often its index has failed before, whether that counts or not. */
    static int attempt(Pod pod) {
        return failuresBefore(pod) + ignoredBefore(pod);
    }

    private static int number(Pod pod, String annotation, int fallback) {
        try {
            int number = Integer.parseInt(pod.metadata().annotations().getOrDefault(annotation, ""));
            return number < 0 ? fallback : number;
        } catch (NumberFormatException none) {
            return fallback;
        }
    }

    static boolean isTracked(Pod pod) {
        return pod.metadata().finalizers().contains(TRACKING);
    }

    static boolean hasSucceeded(Pod pod) {
        return pod.status().phase().equals("Succeeded");
    }

    /**
     * Whether {@code pod} counts as failed: it has ended so, or, unless only pods that have ended are replaced, it is on its way
     * out.
     */
    static boolean hasFailed(Job job, Pod pod) {
        if (pod.status().phase().equals("Failed")) {
            return true;
        }
        return !onlyEndedAreReplaced(job) && Ownership.isDeleting(pod) && !hasSucceeded(pod);
    }

    static boolean onlyEndedAreReplaced(Job job) {
        return job.spec().podReplacementPolicy().equals("Failed")
                || (!job.spec().hasPodReplacementPolicy() && job.spec().hasPodFailurePolicy());
    }

    /**
     * When {@code pod} ended: when the last of its containers did, if all have; else since when it is not ready; else when it was
     * asked to go; else when it was made.
     */
    static Instant end(Pod pod) {
        return lastContainerEnd(pod)
                .or(() -> PodState.condition(pod, "Ready")
                        .filter(condition -> condition.status().equals("False"))
                        .flatMap(PodCondition::lastTransitionTime))
                .or(() -> pod.metadata()
                        .deletionTimestamp()
                        .map(end -> end.minusSeconds(pod.metadata().deletionGracePeriodSeconds())))
                .or(() -> pod.metadata().creationTimestamp())
                .orElse(Instant.EPOCH);
    }

    private static Optional<Instant> lastContainerEnd(Pod pod) {
        List<Optional<Instant>> ends = pod.status().containerStatuses().stream()
                .map(status -> status.state().terminated().finishedAt())
                .toList();
        return ends.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : ends.stream().flatMap(Optional::stream).max(Instant::compareTo);
    }

    /** Takes the finalizer from {@code pod}, if it is still that pod; empty where it is not. */
    static Optional<Pod> release(Api api, Pod pod) {
        ObjectValue metadata = ObjectValue.builder()
                .put("uid", pod.metadata().uid())
                .put("$deleteFromPrimitiveList/finalizers", ListValue.ofStrings(List.of(TRACKING)))
                .build();
        try {
            return Optional.of(api.patch(Pod.KIND, pod.key(), Patch.strategic(ObjectValue.of("metadata", metadata))));
        } catch (ApiException refused) {
            if (refused.isNotFound() || refused.isConflict()) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    static Stream<ContainerStatus> containers(Pod pod) {
        return Stream.concat(pod.status().containerStatuses().stream(), pod.status().initContainerStatuses().stream());
    }
}
