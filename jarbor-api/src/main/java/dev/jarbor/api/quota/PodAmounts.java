package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

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
        return requests(pod, UnaryOperator.identity());
    }

    /** Like {@link #requests(ObjectValue)}, where {@code each} makes something else of what a container asks for. */
    public static Usage requests(ObjectValue pod, UnaryOperator<Usage> each) {
        return ofPod(pod, "requests", each).plus(Usage.read(pod.object("spec").object("overhead")));
    }

    /** Like {@link #requests(ObjectValue)}, without the overhead of the pod's runtime. */
    public static Usage containerRequests(ObjectValue pod) {
        return ofPod(pod, "requests", UnaryOperator.identity());
    }

    /** What the pod may use at most; the overhead counts where there is a limit. */
    public static Usage limits(ObjectValue pod) {
        Usage limits = containerLimits(pod);
        Usage overhead = Usage.read(pod.object("spec").object("overhead"));
        return limits.plus(overhead.only(limits.withoutZeros().names()));
    }

    /** Like {@link #limits}, without the overhead of the pod's runtime. */
    public static Usage containerLimits(ObjectValue pod) {
        return ofPod(pod, "limits", UnaryOperator.identity());
    }

    /**
     * What the containers of a pod's {@code spec} state together, whatever the pod says itself.
     *
     * @param field {@code requests} or {@code limits}
     */
    public static Usage stated(ObjectValue spec, String field) {
        return ofContainers(
                spec, container -> Usage.read(container.object("resources").object(field)));
    }

    private static Usage ofPod(ObjectValue pod, String field, UnaryOperator<Usage> each) {
        ObjectValue spec = pod.object("spec");
        Usage sum = ofContainers(spec, container -> each.apply(now(pod, container, field)));
        Usage said = Usage.read(spec.object("resources").object(field));
        for (String name : said.names()) {
            if (name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-")) {
                sum = sum.with(name, said.of(name));
            }
        }
        return sum;
    }

    private static Usage ofContainers(ObjectValue spec, Function<ObjectValue, Usage> amounts) {
        Usage running = Usage.NONE;
        for (ObjectValue container : spec.list("containers").objects()) {
            running = running.plus(amounts.apply(container));
        }
        Usage sidecars = Usage.NONE;
        Usage starting = Usage.NONE;
        for (ObjectValue container : spec.list("initContainers").objects()) {
            Usage own = amounts.apply(container);
            if (isSidecar(container)) {
                running = running.plus(own);
                sidecars = sidecars.plus(own);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(own));
            }
        }
        return running.max(starting);
    }

    private static boolean isSidecar(ObjectValue container) {
        return container.string("restartPolicy").equals("Always");
    }

    /** What a container asks for, or holds still while its pod is being resized. */
    private static Usage now(ObjectValue pod, ObjectValue container, String field) {
        Usage wanted = Usage.read(container.object("resources").object(field));
        ObjectValue status = status(pod, container);
        if (!status.has("resources")) {
            return wanted;
        }
        Usage held = Usage.read(status.object("resources").object(field));
        if (field.equals("requests")) {
            held = held.max(Usage.read(status.object("allocatedResources")));
        }
        return isInfeasible(pod) ? held : wanted.max(held);
    }

    /** Empty for containers that cannot be resized. */
    private static ObjectValue status(ObjectValue pod, ObjectValue container) {
        ObjectValue status = pod.object("status");
        return Stream.concat(
                        status.list("containerStatuses").objects().stream(),
                        isSidecar(container) ? status.list("initContainerStatuses").objects().stream() : Stream.empty())
                .filter(one -> one.string("name").equals(container.string("name")))
                .findFirst()
                .orElse(ObjectValue.EMPTY);
    }

    private static boolean isInfeasible(ObjectValue pod) {
        return pod.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("PodResizePending")
                        && condition.string("reason").equals("Infeasible"));
    }
}
