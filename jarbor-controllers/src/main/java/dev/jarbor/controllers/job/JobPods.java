package dev.jarbor.controllers.job;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.EnvVar;
import dev.jarbor.api.core.v1.EnvVarSource;
import dev.jarbor.api.core.v1.ObjectFieldSelector;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import dev.jarbor.controllers.common.PodMaker;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
    private static final int LONGEST_NAME = 63;

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
     * @param failures how many failures of the index count, written where there is a limit of them
     * @param ignored how many were ignored
     */
    static Pod forIndex(Job job, int index, int failures, int ignored) {
        Pod pod = tracked(PodMaker.pod(job, Job.KIND, job.spec().template()));
        var annotations = new TreeMap<>(pod.metadata().annotations());
        annotations.put(INDEX, Integer.toString(index));
        if (job.spec().hasBackoffLimitPerIndex()) {
            annotations.put(FAILURES, Integer.toString(failures));
            if (ignored > 0) {
                annotations.put(IGNORED, Integer.toString(ignored));
            }
        }
        var labels = new TreeMap<>(pod.metadata().labels());
        labels.put(INDEX, Integer.toString(index));
        String name = job.name() + "-" + index;
        ObjectMeta metadata = pod.metadata()
                .withGenerateName(name + "-")
                .withAnnotations(annotations)
                .withLabels(labels);
        PodSpec spec = pod.spec()
                .withContainers(told(pod.spec().containers()))
                .withInitContainers(told(pod.spec().initContainers()));
        spec = pod.spec().hasInitContainers() ? spec : spec.withoutInitContainers();
        boolean named = !spec.hostname().isEmpty() || name.length() > LONGEST_NAME;
        return pod.withMetadata(metadata).withSpec(named ? spec : spec.withHostname(name));
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

    private static int number(Pod pod, String annotation, int fallback) {
        try {
            return Integer.parseInt(pod.metadata().annotations().getOrDefault(annotation, ""));
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

    /** When {@code pod} ended: when its last container did, it was asked to go, or it was last ready; else when it was made. */
    static Instant end(Pod pod) {
        return containers(pod)
                .flatMap(status -> status.state().terminated().finishedAt().stream())
                .max(Instant::compareTo)
                .or(() -> pod.metadata().deletionTimestamp())
                .or(() -> pod.status().conditions().stream()
                        .filter(condition -> condition.type().equals("Ready"))
                        .findFirst()
                        .flatMap(condition -> condition.lastTransitionTime()))
                .or(() -> pod.metadata().creationTimestamp())
                .orElse(Instant.EPOCH);
    }

    static Stream<ContainerStatus> containers(Pod pod) {
        return Stream.concat(pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream());
    }
}
