package dev.jarbor.cluster.options;

import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.audit.AuditBatches;
import dev.jarbor.server.audit.AuditLog;
import dev.jarbor.server.audit.AuditPolicy;
import dev.jarbor.server.audit.AuditSettings;
import dev.jarbor.server.audit.AuditSink;
import dev.jarbor.server.audit.AuditTruncation;
import dev.jarbor.server.audit.AuditWebhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;

/** The options about what is recorded of requests. */
final class AuditOptions {
    private static final String POLICY = "audit-policy-file";
    private static final String LOG = "audit-log-path";
    private static final String WEBHOOK = "audit-webhook-config-file";

    private AuditOptions() {}

    static AuditSettings settings(OptionValues values) {
        for (ServerOption option : ServerOptions.ALL) {
            boolean oneOfLog =
                    option.name().startsWith("audit-log-") && !option.name().equals(LOG);
            boolean oneOfWebhook =
                    option.name().startsWith("audit-webhook-") && !option.name().equals(WEBHOOK);
            if (oneOfLog || oneOfWebhook) {
                values.requireFor(option.name(), oneOfLog ? LOG : WEBHOOK);
            }
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
        webhook(values).ifPresent(sinks::add);
        return new AuditSettings(policy.get(), sinks);
    }

    private static Optional<Function<Runtime, AuditSink>> log(OptionValues values) {
        long mostBytes = values.number("audit-log-maxsize", 1, 100_000, 100) * 1024L * 1024L;
        var keeping = new AuditLog.Keeping(
                values.number("audit-log-maxbackup", 0, 10_000, 10),
                values.number("audit-log-maxage", 0, 36_500, 0),
                values.flag("audit-log-compress", false));
        AuditTruncation truncation = truncation(values, "audit-log");
        if (values.text(LOG).equals(Optional.of("-"))) {
            return Optional.of(runtime -> truncation.before(AuditLog.standardOutput(runtime)));
        }
        Optional<Path> file = values.path(LOG).map(Path::toAbsolutePath);
        file.map(Path::getParent).filter(folder -> !Files.isDirectory(folder)).ifPresent(folder -> {
            throw new WrongOption(values.where(LOG) + ": there is no folder " + folder);
        });
        return file.map(path -> runtime -> truncation.before(AuditLog.file(path, mostBytes, keeping, runtime)));
    }

    private static Optional<Function<Runtime, AuditSink>> webhook(OptionValues values) {
        Optional<ClientConfig> service = KubeconfigOptions.endpoint(values, WEBHOOK);
        Duration pause = values.duration("audit-webhook-initial-backoff", Duration.ofSeconds(10));
        AuditTruncation truncation = truncation(values, "audit-webhook");
        AuditBatches.Settings batches = batches(values);
        String mode = values.text("audit-webhook-mode").orElse("batch");
        return switch (mode) {
            case "batch" ->
                service.map(
                        config -> runtime -> new AuditWebhook(config, pause, truncation, runtime).inBatches(batches));
            case "blocking" -> service.map(config -> runtime -> new AuditWebhook(config, pause, truncation, runtime));
            default ->
                throw new WrongOption(
                        values.where("audit-webhook-mode") + ": " + mode + " is neither batch nor blocking");
        };
    }

    private static AuditBatches.Settings batches(OptionValues values) {
        AuditBatches.Settings usual = AuditBatches.Settings.DEFAULT;
        boolean throttled = values.flag("audit-webhook-batch-throttle-enable", true);
        int rate = values.number("audit-webhook-batch-throttle-qps", 1, 1_000_000, (int) usual.rate());
        var settings = new AuditBatches.Settings(
                values.number("audit-webhook-batch-buffer-size", 1, 1_000_000, usual.buffer()),
                values.number("audit-webhook-batch-max-size", 1, 1_000_000, usual.size()),
                values.duration("audit-webhook-batch-max-wait", usual.longest()),
                throttled ? rate : 0,
                values.number("audit-webhook-batch-throttle-burst", 1, 1_000_000, usual.burst()));
        if (settings.size() > settings.buffer()) {
            throw new WrongOption(values.where("audit-webhook-batch-max-size") + " is " + settings.size()
                    + ", more than --audit-webhook-batch-buffer-size " + settings.buffer());
        }
        return settings;
    }

    private static AuditTruncation truncation(OptionValues values, String sink) {
        int event = values.number(sink + "-truncate-max-event-size", 1, Integer.MAX_VALUE, 102_400);
        int batch = values.number(sink + "-truncate-max-batch-size", 1, Integer.MAX_VALUE, 10_485_760);
        if (event > batch) {
            throw new WrongOption(values.where(sink + "-truncate-max-event-size") + " is " + event + ", more than --"
                    + sink + "-truncate-max-batch-size " + batch);
        }
        return values.flag(sink + "-truncate-enabled", false)
                ? new AuditTruncation(event, batch)
                : AuditTruncation.NONE;
    }
}
