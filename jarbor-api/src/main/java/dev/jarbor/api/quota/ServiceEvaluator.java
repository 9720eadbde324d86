package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Services, and the node ports and load balancers that they mean to have. */
record ServiceEvaluator() implements Evaluator {
    private static final Set<String> NAMES =
            Set.of("count/services", "services", "services.nodeports", "services.loadbalancers");

    @Override
    public List<String> tracked(Collection<String> hard) {
        return hard.stream().filter(NAMES::contains).toList();
    }

    @Override
    public boolean countsUpdates() {
        return true;
    }

    @Override
    public Usage usage(ObjectValue service, Instant now) {
        ObjectValue spec = service.object("spec");
        List<ObjectValue> ports = spec.list("ports").objects();
        boolean balanced = spec.string("type").equals("LoadBalancer");
        long nodePorts = 0;
        if (balanced && spec.has("allocateLoadBalancerNodePorts") && !spec.bool("allocateLoadBalancerNodePorts")) {
            nodePorts =
                    ports.stream().filter(port -> port.integer("nodePort") != 0).count();
        } else if (balanced || spec.string("type").equals("NodePort")) {
            nodePorts = ports.size();
        }
        return Usage.of("count/services", 1)
                .plus(Usage.of("services", 1))
                .plus(Usage.of("services.nodeports", nodePorts))
                .plus(Usage.of("services.loadbalancers", balanced ? 1 : 0));
    }
}
