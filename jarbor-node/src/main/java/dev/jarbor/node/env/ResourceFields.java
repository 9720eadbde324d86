package dev.jarbor.node.env;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The requests and limits of a container as its environment may show them; a limit that is not set reads as what the node
 * can give (Kubernetes: Downward API, resourceFieldRef). Amounts are divided by the divisor and rounded up.
 *
 * @param allocatable what the node gives to pods
 */
public record ResourceFields(Map<String, Quantity> allocatable) {

    public String read(Pod pod, Container own, ResourceFieldSelector field) {
        Container container = field.containerName().isEmpty()
                ? own
                : Stream.concat(pod.spec().containers().stream(), pod.spec().initContainers().stream())
                        .filter(one -> one.name().equals(field.containerName()))
                        .findFirst()
                        .orElseThrow(() ->
                                new MissingReferenceException("container " + field.containerName() + " not found"));
        Quantity amount = amount(container, field.resource());
        BigDecimal divisor = field.hasDivisor() && !field.divisor().isZero()
                ? field.divisor().amount()
                : BigDecimal.ONE;
        return amount.amount()
                .divide(divisor, 0, RoundingMode.CEILING)
                .toBigInteger()
                .toString();
    }

    private Quantity amount(Container container, String resource) {
        int dot = resource.indexOf('.');
        String side = dot < 0 ? "" : resource.substring(0, dot);
        String name = resource.substring(dot + 1);
        return switch (side) {
            case "limits" ->
                container.resources().limits().getOrDefault(name, allocatable.getOrDefault(name, Quantity.ZERO));
            case "requests" -> container.resources().requests().getOrDefault(name, Quantity.ZERO);
            default -> throw new MissingReferenceException("unsupported container resource : " + resource);
        };
    }
}
