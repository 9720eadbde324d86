package dev.jarbor.server.flow;

import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What priority and fairness counts, under the reference's metric names. */
final class FlowMetrics {
    private static final String PREFIX = "apiserver_flowcontrol_";

    private final Seats seats;
    private final Counter dispatched;
    private final Counter rejected;

    FlowMetrics(MetricRegistry registry, Seats seats) {
        this.seats = seats;
        dispatched = registry.counter(
                PREFIX + "dispatched_requests_total",
                "Requests that were let through.",
                "flow_schema",
                "priority_level");
        rejected = registry.counter(
                PREFIX + "rejected_requests_total",
                "Requests that were turned away.",
                "flow_schema",
                "priority_level",
                "reason");
        gauge(registry, "current_executing_requests", "Requests at work.", Level::running);
        gauge(registry, "current_executing_seats", "Seats that requests at work have taken.", Level::executing);
        gauge(
                registry,
                "current_inqueue_requests",
                "Requests that wait.",
                level -> level.queues().waiting());
        gauge(registry, "nominal_limit_seats", "Seats of a level before lending and borrowing.", Level::nominal);
    }

    private void gauge(MetricRegistry registry, String name, String help, ToDoubleFunction<Level> read) {
        registry.gauge(
                PREFIX + name,
                help,
                List.of("priority_level"),
                sink -> seats.levels().forEach(level -> sink.tell(read.applyAsDouble(level), level.name())));
    }

    void dispatched(FlowControl.Class flow) {
        dispatched.increment(flow.schema(), flow.level());
    }

    void rejected(FlowControl.Class flow, Work.Rejection why) {
        rejected.increment(flow.schema(), flow.level(), why.word());
    }
}
