package dev.jarbor.server;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import java.util.List;
import java.util.stream.DoubleStream;

/** Counts and times how it is decided what requests may do, under the reference's names. */
final class AuthorizationMetrics {
    private static final double NANOS = 1e9;
    /** A millisecond, and twice as much fourteen times. */
    private static final List<Double> SECONDS =
            DoubleStream.iterate(0.001, bound -> bound * 2).limit(15).boxed().toList();

    private final Runtime runtime;
    private final Lines allowed;
    private final Lines denied;
    private final Lines undecided;
    private final Lines failed;

    AuthorizationMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        Counter attempts = registry.counter("authorization_attempts_total", "Requests decided on.", "result");
        Histogram durations = registry.histogram(
                "authorization_duration_seconds", "Time until it is known what a request may do.", SECONDS, "result");
        this.allowed = new Lines(attempts.line("allowed"), durations.line("allowed"));
        this.denied = new Lines(attempts.line("denied"), durations.line("denied"));
        this.undecided = new Lines(attempts.line("no-opinion"), durations.line("no-opinion"));
        this.failed = new Lines(attempts.line("error"), durations.line("error"));
    }

    /** What is counted of decisions that came out one way. */
    private record Lines(Counter.Line attempts, Histogram.Line durations) {}

    Authorizer.Decision decide(Authorizer authorizer, Attributes asked) {
        long start = runtime.nanoTime();
        Authorizer.Decision decision = authorizer.decide(asked);
        Lines result = result(decision);
        result.attempts.increment();
        result.durations.observe((runtime.nanoTime() - start) / NANOS);
        return decision;
    }

    private Lines result(Authorizer.Decision decision) {
        if (decision.allowed()) {
            return allowed;
        }
        if (!decision.error().isEmpty()) {
            return failed;
        }
        return decision.verdict() == Authorizer.Verdict.DENIED ? denied : undecided;
    }
}
