package dev.jarbor.controllers.common;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says that a loop runs here which may as well run in another program: that of addresses for nodes, and that of load balancers,
 * which a cloud brings along. Where several processes share a cluster, one of them says 1.
 *
 * @see <a href="https://kubernetes.io/docs/reference/instrumentation/metrics/">running_managed_controllers in the Kubernetes
 *     metrics reference</a>
 */
public final class Managed {
    private final Counter running;
    private final String manager;
    private final String name;
    private final AtomicBoolean on = new AtomicBoolean();

    /**
     * @param manager the program that the reference runs it in
     * @param name of the loop, in the reference's words
     */
    public Managed(MetricRegistry registry, String manager, String name) {
        this.running = registry.level(
                "running_managed_controllers",
                "Indicates where instances of a controller are currently running",
                "manager",
                "name");
        this.manager = manager;
        this.name = name;
    }

    public void started() {
        if (on.compareAndSet(false, true)) {
            running.add(1, manager, name);
        }
    }

    public void stopped() {
        if (on.compareAndSet(true, false)) {
            running.add(-1, manager, name);
        }
    }
}
