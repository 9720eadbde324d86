package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Patch;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** People who take nodes out of service, several at once, each as a drain does it. */
record Drains(Jarbor cluster) {
    /** Two nodes take no more pods; answers which. */
    List<String> cordon(RandomGenerator chance) {
        List<String> nodes = List.of("node-" + chance.nextInt(2), "node-" + (2 + chance.nextInt(2)));
        nodes.forEach(node -> cordon(node, true));
        return nodes;
    }

    /** All nodes take pods again. */
    void uncordon() {
        for (int node = 0; node < 4; node++) {
            cordon("node-" + node, false);
        }
    }

    private void cordon(String node, boolean cordoned) {
        cluster.api()
                .patch(
                        Node.KIND,
                        ObjectKey.cluster(node),
                        Patch.merge(Json.object("{\"spec\":{\"unschedulable\":" + cordoned + "}}")));
    }

    /** Those of {@code pods} that are on one of {@code nodes}. */
    static List<ObjectValue> on(List<String> nodes, List<ObjectValue> pods) {
        return pods.stream()
                .filter(pod -> nodes.contains(pod.object("spec").string("nodeName")))
                .toList();
    }

    /** Whether the eviction was granted. */
    boolean evict(ObjectValue pod) {
        ObjectKey key = Moment.key(pod);
        ObjectValue eviction = Json.object("""
                {"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"%s","namespace":"%s"}}
                """.formatted(key.name(), key.namespace()));
        try {
            cluster.api()
                    .call(ApiRequest.of(
                            Verb.CREATE,
                            ResourcePath.of(Pod.KIND, key).withSubresource("eviction"),
                            Query.NONE,
                            eviction));
            return true;
        } catch (ApiException refused) {
            return false; // as the budget says, or because the pod is gone
        }
    }

    /** Of the budget of that name, where not all of its pods are healthy, or it does not say exactly how many may go. */
    static Optional<String> unsettled(Moment now, String name, int pods, int least) {
        ObjectValue budget =
                now.find("poddisruptionbudgets.policy", name).orElseThrow().object("status");
        boolean exact = budget.integer("expectedPods") == pods
                && budget.integer("currentHealthy") == pods
                && budget.integer("desiredHealthy") == least
                && budget.integer("disruptionsAllowed") == pods - least
                && budget.object("disruptedPods").isEmpty();
        return exact ? Optional.empty() : Optional.of("the budget " + name + " does not settle: " + budget);
    }
}
