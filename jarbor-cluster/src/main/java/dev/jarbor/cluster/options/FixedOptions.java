package dev.jarbor.cluster.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The options of kube-apiserver that change nothing here, each with the reason. Those that it does not have, or that are
 * in {@link ServerOptions}, are not among them.
 */
public final class FixedOptions {
    /** All of them, in order. */
    public static final List<FixedOption> ALL = all();

    private FixedOptions() {}

    private static List<FixedOption> all() {
        var all = new ArrayList<FixedOption>();
        refuse(
                all,
                "this is decided by --store; leave it out",
                "etcd-count-metric-poll-period",
                "etcd-db-metric-poll-interval",
                "etcd-healthcheck-timeout",
                "etcd-readycheck-timeout",
                "etcd-servers-overrides",
                "lease-reuse-duration-seconds",
                "storage-backend",
                "storage-initialization-timeout",
                "storage-media-type");
        refuse(
                all,
                "this server reaches no nodes over the network; leave it out",
                "kubelet-certificate-authority",
                "kubelet-client-certificate",
                "kubelet-client-key",
                "kubelet-port",
                "kubelet-preferred-address-types",
                "kubelet-read-only-port",
                "kubelet-timeout",
                "egress-selector-config-file");
        refuse(
                all,
                "one server keeps the endpoints of its Service; leave it out",
                "peer-advertise-ip",
                "peer-advertise-port",
                "peer-ca-file",
                "kubernetes-service-node-port");
        refuse(all, "keys are kept in the folder of --data", "cert-dir");
        refuse(
                all,
                "logs are configured as those of any Java program, with java.util.logging",
                "log-flush-frequency",
                "logging-format",
                "log-json-info-buffer-size",
                "log-json-split-stream",
                "log-text-info-buffer-size",
                "log-text-split-stream",
                "v",
                "vmodule");
        refuse(
                all,
                "metrics are as the reference has them by default",
                "allow-metric-labels",
                "allow-metric-labels-manifest",
                "disabled-metrics",
                "show-hidden-metrics-for-version");
        refuse(
                all,
                "there is nothing of the kind here",
                "contention-profiling",
                "debug-socket-path",
                "delete-collection-workers",
                "max-connection-bytes-per-sec",
                "permit-address-sharing",
                "permit-port-sharing",
                "tls-sni-cert-key",
                "tracing-config-file");
        refuse(
                all,
                "the log is written as events come",
                "audit-log-batch-buffer-size",
                "audit-log-batch-max-size",
                "audit-log-batch-max-wait",
                "audit-log-batch-throttle-burst",
                "audit-log-batch-throttle-enable",
                "audit-log-batch-throttle-qps");
        fix(all, "audit-log-format", "json", "an event is a line of JSON");
        fix(all, "audit-log-mode", "blocking", "the log is written as events come");
        fix(all, "audit-log-version", "audit.k8s.io/v1", "there is no other version");
        fix(all, "audit-webhook-version", "audit.k8s.io/v1", "there is no other version");
        fix(all, "aggregator-reject-forwarding-redirect", "true", "redirects of aggregated servers are never followed");
        fix(all, "apiserver-count", "1", "there is one");
        fix(all, "enable-aggregator-routing", "true", "requests go to the endpoints of a Service");
        fix(
                all,
                "enable-garbage-collector",
                "true",
                "leave the loop out with --controllers=*,-garbage-collector-controller");
        fix(all, "endpoint-reconciler-type", "lease", "one server keeps the endpoints of its Service");
        fix(all, "goaway-chance", "0", "connections are kept");
        fix(all, "profiling", "false", "there is nothing to profile by");
        fix(all, "service-account-lookup", "true", "tokens of accounts that are gone are never accepted");
        fix(all, "watch-cache", "true", "reads and watches come from the store's snapshots, which nothing replaces");
        return Collections.unmodifiableList(all);
    }

    private static void refuse(List<FixedOption> all, String why, String... names) {
        for (String name : names) {
            fix(all, name, "", why);
        }
    }

    private static void fix(List<FixedOption> all, String name, String only, String why) {
        all.add(new FixedOption(name, only, why));
    }

    static Optional<FixedOption> find(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    static void check(OptionValues values) {
        ALL.forEach(option -> option.check(values));
    }
}
