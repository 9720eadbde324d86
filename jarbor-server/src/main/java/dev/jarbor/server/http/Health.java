package dev.jarbor.server.http;

import dev.jarbor.api.codec.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The health endpoints {@code /healthz}, {@code /livez} and {@code /readyz}, whole or check by check.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/health-checks/">Kubernetes API health endpoints</a>
 */
public final class Health {
    private static final List<String> ENDPOINTS = List.of("healthz", "livez", "readyz");

    /**
     * One thing that is looked at.
     *
     * @param live whether the check also belongs to {@code /livez} and {@code /healthz}
     * @param objection why it does not pass; empty where it does
     */
    public record Check(String name, boolean live, Supplier<Optional<String>> objection) {
        /** A check of which there is no more to say than whether it passes. */
        static Check passing(String name, boolean live, BooleanSupplier passes) {
            return new Check(
                    name, live, () -> passes.getAsBoolean() ? Optional.empty() : Optional.of(name + " has not passed"));
        }
    }

    private final List<Check> checks;

    Health(List<Check> checks) {
        var all = new ArrayList<Check>();
        all.add(Check.passing("ping", true, () -> true));
        all.addAll(checks);
        this.checks = List.copyOf(all);
    }

    List<String> paths() {
        var paths = new ArrayList<String>();
        for (String endpoint : ENDPOINTS) {
            of(endpoint).forEach(check -> paths.add("/" + endpoint + "/" + check.name()));
        }
        return paths;
    }

    private List<Check> of(String endpoint) {
        return checks.stream()
                .filter(check -> check.live() || endpoint.equals("readyz"))
                .toList();
    }

    Optional<Reply> reply(String path, RequestHead head) {
        String[] parts = path.substring(1).split("/", 2);
        if (!ENDPOINTS.contains(parts[0])) {
            return Optional.empty();
        }
        List<Check> asked = of(parts[0]);
        if (parts.length == 1) {
            return Optional.of(whole(parts[0], asked, head));
        }
        return asked.stream()
                .filter(check -> check.name().equals(parts[1]))
                .findFirst()
                .map(check -> check.objection()
                        .get()
                        .map(why -> text(500, "internal server error: " + why + "\n"))
                        .orElseGet(() -> text(200, "ok")));
    }

    private static Reply whole(String endpoint, List<Check> checks, RequestHead head) {
        var excluded = new TreeSet<String>(head.parameter("exclude"));
        var report = new StringBuilder();
        boolean healthy = true;
        for (Check check : checks) {
            if (excluded.remove(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (check.objection().get().isEmpty()) {
                report.append("[+]").append(check.name()).append(" ok\n");
            } else {
                healthy = false;
                report.append("[-]").append(check.name()).append(" failed: reason withheld\n");
            }
        }
        excluded.remove("");
        if (!excluded.isEmpty()) {
            report.append("warn: some health checks cannot be excluded: no matches for ")
                    .append(excluded.stream().map(GoText::quote).collect(Collectors.joining(",")))
                    .append('\n');
        }
        if (!healthy) {
            return text(500, report + endpoint + " check failed\n");
        }
        return head.parameters().containsKey("verbose")
                ? text(200, report + endpoint + " check passed\n")
                : text(200, "ok");
    }

    private static Reply text(int code, String text) {
        return Reply.of(code, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8))
                .with("Cache-Control", "no-cache, private")
                .with("X-Content-Type-Options", "nosniff");
    }
}
