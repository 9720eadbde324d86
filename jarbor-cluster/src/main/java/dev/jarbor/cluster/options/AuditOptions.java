package dev.jarbor.cluster.options;

import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.audit.AuditLog;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import dev.jarbor.server.audit.AuditSink;
import dev.jarbor.server.audit.AuditWebhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The options about what is recorded of requests. */
final class AuditOptions {
    private static final String POLICY = "audit-policy-file";
    private static final String LOG = "audit-log-path";
    private static final String WEBHOOK = "audit-webhook-config-file";

    private AuditOptions() {}

    static AuditSettings settings(OptionValues values) {
        for (String needy : List.of("audit-log-maxsize", "audit-log-maxbackup")) {
            values.requireFor(needy, LOG);
        }
        values.requireFor(LOG, POLICY);
        values.requireFor(WEBHOOK, POLICY);
        Optional<AuditPolicy> policy = KubeconfigOptions.object(values, POLICY, AuditPolicy::of);
        if (policy.isEmpty()) {
            return AuditSettings.OFF;
        }
        if (!values.has(LOG) && !values.has(WEBHOOK)) {
            throw new WrongOption(values.where(POLICY) + " needs --" + LOG + " or --" + WEBHOOK
                    + ": without one of them nothing is recorded");
        }
        var sinks = new ArrayList<Function<Runtime, AuditSink>>();
        log(values).ifPresent(sinks::add);
        Optional<ClientConfig> service = KubeconfigOptions.endpoint(values, WEBHOOK);
        service.ifPresent(config -> sinks.add(runtime -> new AuditWebhook(config, runtime)));
        return new AuditSettings(policy.get(), sinks);
    }

    private static Optional<Function<Runtime, AuditSink>> log(OptionValues values) {
        long mostBytes = values.number("audit-log-maxsize", 1, 100_000, 100) * 1024L * 1024L;
        int backups = values.number("audit-log-maxbackup", 0, 10_000, 10);
        if (values.text(LOG).equals(Optional.of("-"))) {
            return Optional.of(AuditLog::standardOutput);
        }
        Optional<Path> file = values.path(LOG).map(Path::toAbsolutePath);
        file.map(Path::getParent).filter(folder -> !Files.isDirectory(folder)).ifPresent(folder -> {
            throw new WrongOption(values.where(LOG) + ": there is no folder " + folder);
        });
        return file.map(path -> runtime -> AuditLog.file(path, mostBytes, backups, runtime));
    }
}
