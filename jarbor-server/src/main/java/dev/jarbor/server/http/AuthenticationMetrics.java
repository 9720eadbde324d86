package dev.jarbor.server.http;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.Counter;
import dev.jarbor.runtime.metrics.Histogram;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.Credentials;
import dev.jarbor.server.auth.Identity;
import java.util.List;
import java.util.stream.DoubleStream;

/** Counts and times how callers show who they are, under the reference's names. */
final class AuthenticationMetrics implements Authenticator {
    private static final double NANOS = 1e9;
    /** A millisecond, and twice as much fourteen times. */
    private static final List<Double> SECONDS =
            DoubleStream.iterate(0.001, bound -> bound * 2).limit(15).boxed().toList();

    private final Authenticator authenticator;
    private final Runtime runtime;
    private final Counter users;
    private final Counter attempts;
    private final Histogram durations;

    AuthenticationMetrics(Authenticator authenticator, MetricRegistry registry, Runtime runtime) {
        this.authenticator = authenticator;
        this.runtime = runtime;
        this.users = registry.counter("authenticated_user_requests", "Requests of known users.", "username");
        this.attempts = registry.counter("authentication_attempts", "Attempts to show who one is.", "result");
        this.durations = registry.histogram(
                "authentication_duration_seconds", "Time until it is known who asks.", SECONDS, "result");
    }

    @Override
    public Identity authenticate(Credentials credentials) {
        long start = runtime.nanoTime();
        Identity found = authenticator.authenticate(credentials);
        String result = switch (found) {
            case Identity.Known known -> {
                users.increment(kind(known.user().name()));
                yield "success";
            }
            case Identity.Unknown ignored -> "failure";
            case Identity.Refused ignored -> "error";
        };
        attempts.increment(result);
        durations.observe((runtime.nanoTime() - start) / NANOS, result);
        return found;
    }

    /** Names are many; these are told apart. */
    private static String kind(String name) {
        return switch (name) {
            case "admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default" -> name;
            default -> name.contains("@") ? "email_id" : "other";
        };
    }
}
