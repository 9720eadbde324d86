package dev.jarbor.scheduler.dynamicresources;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerExtendedResourceRequest;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.resource.v1.DeviceClaim;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceRequest;
import dev.jarbor.api.resource.v1.ExactDeviceRequest;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceClaimSpec;
import dev.jarbor.scheduler.cluster.NodeState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Resources that containers ask for by a name, and that a DeviceClass stands for where a node has none of that name itself:
 * the pod gets a claim that nobody wrote. Pure.
 *
 * @param wanted what the containers ask for, in their order
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-scheduling/5004-dra-extended-resource">KEP-5004</a>
 */
public record ExtendedResources(List<Wanted> wanted) {
    static final ExtendedResources NONE = new ExtendedResources(List.of());

    /** On a claim: that it was made for resources of containers. */
    static final String ANNOTATION = "resource.kubernetes.io/extended-resource-claim";

    private static final String OF_CLASS = "deviceclass.resource.kubernetes.io/";
    private static final String SUFFIX = "-extended-resources";

    /** @param request the name of the request that the claim has for it */
    record Wanted(String container, String resource, String request, String deviceClass, long count) {}

    public ExtendedResources {
        wanted = List.copyOf(wanted);
    }

    /** @param classes the class that stands for a resource */
    static ExtendedResources of(Pod pod, Function<String, Optional<DeviceClass>> classes) {
        List<Container> containers = Stream.concat(
                        pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .toList();
        var wanted = new ArrayList<Wanted>();
        for (int i = 0; i < containers.size(); i++) {
            Container container = containers.get(i);
            int index = 0;
            for (var asked : new TreeMap<>(container.resources().requests()).entrySet()) {
                Optional<DeviceClass> found =
                        asked.getKey().indexOf('/') < 0 || asked.getValue().isZero()
                                ? Optional.empty()
                                : classes.apply(asked.getKey());
                if (found.isPresent()) {
                    wanted.add(new Wanted(
                            container.name(),
                            asked.getKey(),
                            "container-" + i + "-request-" + index++,
                            found.get().name(),
                            asked.getValue().longValue()));
                }
            }
        }
        return wanted.isEmpty() ? NONE : new ExtendedResources(wanted);
    }

    /** The class that stands for {@code resource}: the one that it names, or the newest of those that name it. */
    static Optional<DeviceClass> classOf(String resource, List<DeviceClass> classes) {
        if (resource.startsWith(OF_CLASS)) {
            return classes.stream()
                    .filter(one -> one.name().equals(resource.substring(OF_CLASS.length())))
                    .findFirst();
        }
        return classes.stream()
                .filter(one -> one.spec().extendedResourceName().equals(resource))
                .min(Comparator.comparing((DeviceClass one) ->
                                one.metadata().creationTimestamp().orElse(Instant.EPOCH))
                        .reversed()
                        .thenComparing(DeviceClass::name));
    }

    public boolean isEmpty() {
        return wanted.isEmpty();
    }

    /** Those that {@code node} has not itself. */
    ExtendedResources missingOn(NodeState node) {
        return new ExtendedResources(wanted.stream()
                .filter(one -> node.allocatable().get(one.resource()) == 0)
                .toList());
    }

    /** The claim for them, which is to be made. */
    ResourceClaim claim(Pod pod) {
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withNamespace(pod.namespace())
                .withName(pod.name() + SUFFIX)
                .withGenerateName(pod.name() + SUFFIX + "-")
                .withAnnotations(Map.of(ANNOTATION, "true"))
                .withOwnerReferences(List.of(OwnerReference.EMPTY
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.name())
                        .withUid(pod.metadata().uid())
                        .withController(true)
                        .withBlockOwnerDeletion(true)));
        List<DeviceRequest> requests = wanted.stream()
                .map(one -> DeviceRequest.EMPTY
                        .withName(one.request())
                        .withExactly(ExactDeviceRequest.EMPTY
                                .withDeviceClassName(one.deviceClass())
                                .withAllocationMode("ExactCount")
                                .withCount(one.count())))
                .toList();
        return ResourceClaim.EMPTY
                .withMetadata(metadata)
                .withSpec(ResourceClaimSpec.EMPTY.withDevices(DeviceClaim.EMPTY.withRequests(requests)));
    }

    /** Which request of the claim each resource of a container stands for, as the status of the pod says it. */
    List<ContainerExtendedResourceRequest> mappings() {
        return wanted.stream()
                .map(one -> ContainerExtendedResourceRequest.EMPTY
                        .withContainerName(one.container())
                        .withResourceName(one.resource())
                        .withRequestName(one.request()))
                .toList();
    }
}
