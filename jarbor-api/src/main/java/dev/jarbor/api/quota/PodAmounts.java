package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.util.function.Function;

/**
 * What a whole pod asks for: the sum of its containers and of the init containers that go on running, or what one init
 * container needs at its time, whichever is more; what the pod itself says instead; and the overhead of its runtime.
 * While a pod is being resized, the greater of what it has and what it wants counts.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers">Resource
 *     sharing within containers</a>
 * @see <a href="https://kubernetes.io/docs/concepts/scheduling-eviction/pod-overhead/">Pod Overhead</a>
 */
public final class PodAmounts {
    private PodAmounts() {}

    /** What is set aside for the pod. */
    public static Usage requests(ObjectValue pod) {
        return containerRequests(pod).plus(Usage.read(pod.object("spec").object("overhead")));
    }

    /** Like {@link #requests}, without the overhead of the pod's runtime. */
    public static Usage containerRequests(ObjectValue pod) {
        return ofPod(pod, container -> now(pod, container, "requests"), "requests");
    }

    /** What the pod may use at most; the overhead counts where there is a limit. */
    public static Usage limits(ObjectValue pod) {
        Usage limits = containerLimits(pod);
        Usage overhead = Usage.read(pod.object("spec").object("overhead"));
        return limits.plus(overhead.only(limits.withoutZeros().names()));
    }

    /** Like {@link #limits}, without the overhead of the pod's runtime. */
    public static Usage containerLimits(ObjectValue pod) {
        return ofPod(pod, container -> now(pod, container, "limits"), "limits");
    }

    private static Usage ofPod(ObjectValue pod, Function<ObjectValue, Usage> amounts, String field) {
        ObjectValue spec = pod.object("spec");
        Usage running = Usage.NONE;
        for (ObjectValue container : spec.list("containers").objects()) {
            running = running.plus(amounts.apply(container));
        }
        Usage sidecars = Usage.NONE;
        Usage starting = Usage.NONE;
        for (ObjectValue container : spec.list("initContainers").objects()) {
            Usage own = amounts.apply(container);
            if (container.string("restartPolicy").equals("Always")) {
                running = running.plus(own);
                sidecars = sidecars.plus(own);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(own));
            }
        }
        Usage sum = running.max(starting);
        Usage said = Usage.read(spec.object("resources").object(field));
        for (String name : said.names()) {
            if (name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-")) {
                sum = sum.with(name, said.of(name));
            }
        }
        return sum;
    }

    /** What a container asks for, or holds still while its pod is being resized. */
    private static Usage now(ObjectValue pod, ObjectValue container, String field) {
        Usage wanted = Usage.read(container.object("resources").object(field));
        ObjectValue status = status(pod, container.string("name"));
        Usage held = Usage.read(status.object("resources").object(field));
        if (status.object("resources").isEmpty()) {
            return wanted;
        }
        if (isInfeasible(pod)) {
            return held;
        }
        Usage most = wanted.max(held.only(wanted.names()));
        return field.equals("requests")
                ? most.max(Usage.read(status.object("allocatedResources")).only(wanted.names()))
                : most;
    }

    private static ObjectValue status(ObjectValue pod, String container) {
        ObjectValue status = pod.object("status");
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (ObjectValue one : status.list(list).objects()) {
                if (one.string("name").equals(container)) {
                    return one;
                }
            }
        }
        return ObjectValue.EMPTY;
    }

    private static boolean isInfeasible(ObjectValue pod) {
        return pod.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("PodResizePending")
                        && condition.string("reason").equals("Infeasible"));
    }
}
