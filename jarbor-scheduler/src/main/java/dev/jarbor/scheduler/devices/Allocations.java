package dev.jarbor.scheduler.devices;

import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.resource.v1.AllocationResult;
import dev.jarbor.api.resource.v1.DeviceAllocationConfiguration;
import dev.jarbor.api.resource.v1.DeviceAllocationResult;
import dev.jarbor.api.resource.v1.DeviceClaimConfiguration;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceClassConfiguration;
import dev.jarbor.api.resource.v1.DeviceRequestAllocationResult;
import dev.jarbor.api.resource.v1.ResourceClaim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a search has found, as the status of a claim says it. */
final class Allocations {
    private Allocations() {}

    static AllocationResult of(
            ResourceClaim claim,
            List<Taken> taken,
            Function<Request, DeviceClass> classes,
            Node node,
            Supplier<String> shareIds) {
        List<DeviceRequestAllocationResult> results =
                taken.stream().map(one -> result(one, shareIds)).toList();
        AllocationResult allocation = AllocationResult.EMPTY.withDevices(
                DeviceAllocationResult.EMPTY.withResults(results).withConfig(configuration(claim, taken, classes)));
        return nodes(taken, node).map(allocation::withNodeSelector).orElse(allocation);
    }

    private static DeviceRequestAllocationResult result(Taken one, Supplier<String> shareIds) {
        DeviceId id = one.device().id();
        DeviceRequestAllocationResult result = DeviceRequestAllocationResult.EMPTY
                .withRequest(one.request().name())
                .withDriver(id.driver())
                .withPool(id.pool())
                .withDevice(id.device())
                .withTolerations(one.request().tolerations())
                .withBindingConditions(one.device().device().bindingConditions())
                .withBindingFailureConditions(one.device().device().bindingFailureConditions());
        if (one.request().admin()) {
            result = result.withAdminAccess(true);
        }
        return one.isShare() ? result.withShareID(shareIds.get()).withConsumedCapacity(one.capacity()) : result;
    }

    /** Of the classes first, each once and for the requests that chose it, then of the claim. */
    private static List<DeviceAllocationConfiguration> configuration(
            ResourceClaim claim, List<Taken> taken, Function<Request, DeviceClass> classes) {
        List<Request> served = taken.stream().map(Taken::request).distinct().toList();
        var byClass = new LinkedHashMap<DeviceClass, List<String>>();
        served.forEach(request -> byClass.computeIfAbsent(classes.apply(request), fresh -> new ArrayList<>())
                .add(request.name()));
        var configuration = new ArrayList<DeviceAllocationConfiguration>();
        byClass.forEach((deviceClass, requests) -> {
            for (DeviceClassConfiguration one : deviceClass.spec().config()) {
                configuration.add(DeviceAllocationConfiguration.EMPTY
                        .withSource("FromClass")
                        .withRequests(requests)
                        .withOpaque(one.opaque()));
            }
        });
        for (DeviceClaimConfiguration one : claim.spec().devices().config()) {
            if (served.stream().anyMatch(request -> request.isNamedBy(one.requests()))) {
                configuration.add(DeviceAllocationConfiguration.EMPTY
                        .withSource("FromClaim")
                        .withRequests(one.requests())
                        .withOpaque(one.opaque()));
            }
        }
        return configuration;
    }

    /** From where the devices are reached together; empty for everywhere. */
    private static Optional<NodeSelector> nodes(List<Taken> taken, Node node) {
        var fields = new ArrayList<NodeSelectorRequirement>();
        var labels = new ArrayList<NodeSelectorRequirement>();
        for (Taken one : taken) {
            Candidate device = one.device();
            if (!device.onlyNode().isEmpty()) {
                return Optional.of(only(device.onlyNode()));
            }
            if (device.device().bindsToNode()) {
                return Optional.of(only(node.name()));
            }
            device.nodes().stream()
                    .flatMap(selector -> selector.nodeSelectorTerms().stream().limit(1))
                    .forEach(term -> {
                        term.matchFields().stream()
                                .filter(requirement -> !fields.contains(requirement))
                                .forEach(fields::add);
                        term.matchExpressions().stream()
                                .filter(requirement -> !labels.contains(requirement))
                                .forEach(labels::add);
                    });
        }
        return fields.isEmpty() && labels.isEmpty()
                ? Optional.empty()
                : Optional.of(NodeSelector.EMPTY.withNodeSelectorTerms(
                        List.of(NodeSelectorTerm.EMPTY.withMatchFields(fields).withMatchExpressions(labels))));
    }

    private static NodeSelector only(String node) {
        NodeSelectorRequirement name = NodeSelectorRequirement.EMPTY
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(List.of(node));
        return NodeSelector.EMPTY.withNodeSelectorTerms(List.of(NodeSelectorTerm.EMPTY.withMatchFields(List.of(name))));
    }
}
