package dev.jarbor.controllers.resourceclaim;

import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Gauge;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * How many claims of devices there are, and were made, under the reference's names.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">Kubernetes metrics reference</a>
 */
final class ClaimMetrics {
    private static final String PREFIX = "resourceclaim_controller_";
    private static final String TEMPLATE = "resource.kubernetes.io/pod-claim-name";
    private static final String EXTENDED = "resource.kubernetes.io/extended-resource-claim";

    private final Counter creations;

    ClaimMetrics(MetricRegistry registry, Supplier<List<ResourceClaim>> claims) {
        this.creations = registry.counter(
                PREFIX + "creates_total", "Claims that were to be made from templates.", "status", "admin_access");
        registry.gauge(
                PREFIX + "resource_claims",
                "Claims, by whether they have devices, by access, and by whom they were made for.",
                List.of("allocated", "admin_access", "source"),
                sink -> tell(sink, claims.get()));
    }

    private static void tell(Gauge.Sink sink, List<ResourceClaim> claims) {
        var counts = new TreeMap<String, Integer>();
        claims.forEach(claim -> counts.merge(
                claim.status().hasAllocation() + "\n" + isOfAdministrator(claim) + "\n" + source(claim),
                1,
                Integer::sum));
        counts.forEach((row, count) -> sink.tell(count, row.split("\n", -1)));
    }

    private static boolean isOfAdministrator(ResourceClaim claim) {
        return claim.spec().devices().requests().stream()
                .anyMatch(request -> request.exactly().adminAccess());
    }

    private static String source(ResourceClaim claim) {
        var annotations = claim.metadata().annotations();
        if (annotations.containsKey(TEMPLATE)) {
            return "resource_claim_template";
        }
        return annotations.containsKey(EXTENDED) ? "extended_resource" : "";
    }

    void created(ResourceClaim claim, boolean made) {
        creations.increment(made ? "success" : "failure", Boolean.toString(isOfAdministrator(claim)));
    }
}
