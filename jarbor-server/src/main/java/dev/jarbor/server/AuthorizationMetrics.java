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
    private final Counter attempts;
    private final Histogram durations;

    AuthorizationMetrics(MetricRegistry registry, Runtime runtime) {
        this.runtime = runtime;
        this.attempts = registry.counter("authorization_attempts_total", "Requests decided on.", "result");
        this.durations = registry.histogram(
                "authorization_duration_seconds", "Time until it is known what a request may do.", SECONDS, "result");
    }

    Authorizer.Decision decide(Authorizer authorizer, Attributes asked) {
        long start = runtime.nanoTime();
        Authorizer.Decision decision = authorizer.decide(asked);
        String result = result(decision);
        attempts.increment(result);
        durations.observe((runtime.nanoTime() - start) / NANOS, result);
        return decision;
    }

    private static String result(Authorizer.Decision decision) {
        if (decision.allowed()) {
            return "allowed";
        }
        if (!decision.error().isEmpty()) {
            return "error";
        }
        return decision.verdict() == Authorizer.Verdict.DENIED ? "denied" : "no-opinion";
    }
}
