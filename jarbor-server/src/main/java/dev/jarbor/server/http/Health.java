package dev.jarbor.server.http;

import dev.jarbor.api.codec.GoText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The health endpoints {@code /healthz}, {@code /livez} and {@code /readyz}, whole or check by check.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/health-checks/">Kubernetes API health endpoints</a>
 */
public final class Health {
    private static final List<String> ENDPOINTS = List.of("healthz", "livez", "readyz");

    /** @param live whether the check also belongs to {@code /livez} and {@code /healthz} */
    public record Check(String name, boolean live, BooleanSupplier passes) {}

    private final List<Check> checks;

    Health(List<Check> checks) {
        var all = new ArrayList<Check>();
        all.add(new Check("ping", true, () -> true));
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
                .map(check -> check.passes().getAsBoolean()
                        ? text(200, "ok")
                        : text(500, "internal server error: " + check.name() + " has not passed\n"));
    }

    private static Reply whole(String endpoint, List<Check> checks, RequestHead head) {
        var excluded = new TreeSet<String>(head.parameter("exclude"));
        var report = new StringBuilder();
        boolean healthy = true;
        for (Check check : checks) {
            if (excluded.remove(check.name())) {
                report.append("[+]").append(check.name()).append(" excluded: ok\n");
            } else if (check.passes().getAsBoolean()) {
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
