package dev.jarbor.controllers.loadbalancer;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceSpec;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What of a Service has changed that its load balancer follows.
 *
 * @param matters whether the load balancer is looked at again
 * @param reason of the event that tells of it; "" for none
 * @param message of that event
 */
record ServiceChange(boolean matters, String reason, String message) {
    private static final ServiceChange NONE = new ServiceChange(false, "", "");
    private static final ServiceChange SILENT = new ServiceChange(true, "", "");

    static ServiceChange of(Service before, Service after) {
        boolean was = wants(before);
        boolean is = wants(after);
        if (!was && !is) {
            return NONE;
        }
        ServiceSpec old = before.spec();
        ServiceSpec now = after.spec();
        if (was != is) {
            return told("Type", old.type(), now.type());
        }
        if (!old.loadBalancerSourceRanges().equals(now.loadBalancerSourceRanges())) {
            return told(
                    "LoadBalancerSourceRanges",
                    list(old.loadBalancerSourceRanges()),
                    list(now.loadBalancerSourceRanges()));
        }
        if (!old.ports().equals(now.ports())
                || !old.sessionAffinity().equals(now.sessionAffinity())
                || !old.sessionAffinityConfig().equals(now.sessionAffinityConfig())) {
            return SILENT;
        }
        if (!old.loadBalancerIP().equals(now.loadBalancerIP())) {
            return told("LoadbalancerIP", old.loadBalancerIP(), now.loadBalancerIP());
        }
        if (old.externalIPs().size() != now.externalIPs().size()) {
            return new ServiceChange(
                    true,
                    "ExternalIP",
                    "Count: " + old.externalIPs().size() + " -> "
                            + now.externalIPs().size());
        }
        Optional<String> added = now.externalIPs().stream()
                .filter(ip -> !old.externalIPs().contains(ip))
                .findFirst();
        if (added.isPresent()) {
            return new ServiceChange(true, "ExternalIP", "Added: " + added.get());
        }
        return later(before, after);
    }

    private static ServiceChange later(Service before, Service after) {
        if (!before.metadata().annotations().equals(after.metadata().annotations())) {
            return SILENT;
        }
        if (differ(before, after, service -> service.metadata().uid())) {
            return told("UID", before.metadata().uid(), after.metadata().uid());
        }
        if (differ(before, after, service -> service.spec().externalTrafficPolicy())) {
            return told(
                    "ExternalTrafficPolicy",
                    before.spec().externalTrafficPolicy(),
                    after.spec().externalTrafficPolicy());
        }
        if (differ(before, after, service -> service.spec().healthCheckNodePort())) {
            return told(
                    "HealthCheckNodePort",
                    Integer.toString(before.spec().healthCheckNodePort()),
                    Integer.toString(after.spec().healthCheckNodePort()));
        }
        return NONE;
    }

    private static boolean differ(Service before, Service after, Function<Service, Object> part) {
        return !Objects.equals(part.apply(before), part.apply(after));
    }

    private static boolean wants(Service service) {
        return service.spec().type().equals("LoadBalancer") && !service.spec().hasLoadBalancerClass();
    }

    private static ServiceChange told(String reason, String before, String after) {
        return new ServiceChange(true, reason, before + " -> " + after);
    }

    /** As the reference's language prints lists. */
    private static String list(List<String> values) {
        return "[" + String.join(" ", values) + "]";
    }
}
