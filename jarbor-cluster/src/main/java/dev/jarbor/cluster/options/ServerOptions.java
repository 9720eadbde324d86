package dev.jarbor.cluster.options;

import dev.jarbor.cluster.options.ServerOption.Kind;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All options of a control plane. This table is the one place where they are named: flags, configuration files, help and
 * checks read it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver</a>
 * @see <a
 *     href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/">kube-controller-manager</a>
 */
public final class ServerOptions {
    private static final List<ServerOption> OWN = List.of(
            text("bind-address", "ADDRESS", "Where to listen; 0.0.0.0 for every interface.", "127.0.0.1"),
            option("secure-port", Kind.NUMBER, "N", "The port; 0 takes any free one.", "6443"),
            text(
                    "advertise-address",
                    "ADDRESS",
                    "The address that others are told.",
                    "bind-address, or this machine's"),
            text("external-hostname", "NAME", "The name used in documents that name this server.", "advertise-address"),
            file("tls-cert-file", "The server's certificate, followed by what leads to its authority.", "a fresh one"),
            file("tls-private-key-file", "The key of --tls-cert-file.", ""),
            text(
                    "tls-min-version",
                    "VERSION",
                    "The oldest TLS to speak: VersionTLS12 or VersionTLS13.",
                    "VersionTLS12"),
            list("tls-cipher-suites", "NAME,…", "Cipher suites of TLS 1.2; all of TLS 1.3 are spoken.", "Java's"),
            text("service-cluster-ip-range", "CIDR", "Where Services get their addresses from.", "10.43.0.0/16"),
            text("service-node-port-range", "A-B", "The ports that Services may have on nodes.", "30000-32767"),
            file("client-ca-file", "Authorities of client certificates, beside the one in the data folder.", ""),
            file("token-auth-file", "Bearer tokens: lines of token,user,uid,\"group1,group2\".", ""),
            option("anonymous-auth", Kind.SWITCH, "", "Let in callers that bring nothing.", "true"),
            file(
                    "authentication-config",
                    "An AuthenticationConfiguration: issuers of tokens, and where callers without any are let in.",
                    ""),
            text("oidc-issuer-url", "URL", "One issuer of tokens, where there is no such file.", ""),
            text("oidc-client-id", "NAME", "Whom its tokens must be meant for.", ""),
            file("oidc-ca-file", "Who vouches for the issuer.", "the system's authorities"),
            text("oidc-username-claim", "CLAIM", "The claim that names the user.", "sub"),
            text("oidc-username-prefix", "TEXT", "What is put before it; - for nothing.", "the issuer and #"),
            text("oidc-groups-claim", "CLAIM", "The claim with the groups of the user.", ""),
            text("oidc-groups-prefix", "TEXT", "What is put before each of them.", ""),
            list("oidc-required-claim", "CLAIM=VALUE,…", "Claims that tokens must have.", ""),
            list("oidc-signing-algs", "NAME,…", "How tokens may be signed.", "RS256"),
            file("authentication-token-webhook-config-file", "A kubeconfig of who is asked about tokens.", ""),
            option("authentication-token-webhook-cache-ttl", Kind.DURATION, "TIME", "How long its answers hold.", "2m"),
            text("authentication-token-webhook-version", "V", "The version of TokenReview it is sent.", "v1"),
            option("enable-bootstrap-token-auth", Kind.SWITCH, "", "Accept tokens of machines that join.", "false"),
            file("requestheader-client-ca-file", "Authorities of the proxies whose headers are believed.", ""),
            list("requestheader-allowed-names", "NAME,…", "Common names such proxies may have.", "any"),
            list("requestheader-username-headers", "HEADER,…", "Headers that name the user.", "X-Remote-User"),
            list("requestheader-uid-headers", "HEADER,…", "Headers with the user's uid.", "X-Remote-Uid"),
            list("requestheader-group-headers", "HEADER,…", "Headers with groups.", "X-Remote-Group"),
            list("requestheader-extra-headers-prefix", "PREFIX,…", "Beginnings of extra headers.", "X-Remote-Extra-"),
            list(
                    "service-account-issuer",
                    "URL,…",
                    "Issuers of service account tokens, the one in use first.",
                    "https://kubernetes.default.svc.cluster.local"),
            option("service-account-key-file", Kind.FILES, "FILE,…", "Keys that check service account tokens.", ""),
            file("service-account-signing-key-file", "The key that signs them.", "one in the data folder"),
            text("service-account-jwks-uri", "URL", "Where discovery says the keys are.", "this server"),
            option("service-account-max-token-expiration", Kind.DURATION, "TIME", "The longest life of a token.", ""),
            option("service-account-extend-token-expiration", Kind.SWITCH, "", "Let pods' tokens live a year.", "true"),
            list("api-audiences", "NAME,…", "Whom tokens must be meant for.", "service-account-issuer"),
            file("authorization-config", "An AuthorizationConfiguration: who decides what callers may do.", ""),
            list("authorization-mode", "MODE,…", "Node, RBAC, Webhook, ABAC, AlwaysAllow, AlwaysDeny.", "Node,RBAC"),
            file("authorization-policy-file", "Policies of the mode ABAC, one JSON object a line.", ""),
            file("authorization-webhook-config-file", "A kubeconfig of who is asked in the mode Webhook.", ""),
            text("authorization-webhook-version", "V", "The version of SubjectAccessReview it is sent.", "v1"),
            option("authorization-webhook-cache-authorized-ttl", Kind.DURATION, "TIME", "How long yes holds.", "5m"),
            option("authorization-webhook-cache-unauthorized-ttl", Kind.DURATION, "TIME", "How long no holds.", "30s"),
            file(
                    "encryption-provider-config",
                    "How objects are sealed before they are written to a disk.",
                    "as they are"),
            option(
                    "encryption-provider-config-automatic-reload",
                    Kind.SWITCH,
                    "",
                    "Take up changes of that file.",
                    "false"),
            file("audit-policy-file", "Which requests are recorded, and how fully.", "none are"),
            text("audit-log-path", "FILE", "Where audit events go, a line each; - for standard output.", ""),
            option("audit-log-maxsize", Kind.NUMBER, "MB", "From which size on the log is put aside.", "100"),
            option("audit-log-maxbackup", Kind.NUMBER, "N", "How many logs put aside are kept; 0 for all.", "10"),
            number("audit-log-maxage", "How many days they are kept; 0 for ever.", "0"),
            option("audit-log-compress", Kind.SWITCH, "", "Compress them with gzip.", "false"),
            option("audit-log-truncate-enabled", Kind.SWITCH, "", "Shorten events that are too large.", "false"),
            number("audit-log-truncate-max-event-size", "The bytes that an event may have.", "102400"),
            number("audit-log-truncate-max-batch-size", "The bytes of events written at once.", "10485760"),
            file("audit-webhook-config-file", "A kubeconfig of who is sent audit events.", ""),
            text(
                    "audit-webhook-mode",
                    "MODE",
                    "batch, or blocking: each answer waits until its event is sent.",
                    "batch"),
            time("audit-webhook-initial-backoff", "How long after a failure events are sent again.", "10s"),
            number("audit-webhook-batch-buffer-size", "How many events may wait to be sent.", "10000"),
            number("audit-webhook-batch-max-size", "How many are sent at once.", "400"),
            time("audit-webhook-batch-max-wait", "How long one waits for others.", "30s"),
            option("audit-webhook-batch-throttle-enable", Kind.SWITCH, "", "Send only so often.", "true"),
            number("audit-webhook-batch-throttle-qps", "How many batches a second, on average.", "10"),
            number("audit-webhook-batch-throttle-burst", "How many batches at once.", "15"),
            option(
                    "audit-webhook-truncate-enabled",
                    Kind.SWITCH,
                    "",
                    "Shorten events that are too large to send.",
                    "false"),
            number("audit-webhook-truncate-max-event-size", "The bytes that an event sent may have.", "102400"),
            number("audit-webhook-truncate-max-batch-size", "The bytes of events sent at once.", "10485760"),
            list(
                    "runtime-config",
                    "API=BOOL,…",
                    "Versions of the API on or off: api/beta=true, batch/v1=false, apps/v1/deployments=false.",
                    "api/ga=true"),
            list("feature-gates", "NAME=BOOL,…", "Features on or off; those that cannot be changed are refused.", ""),
            list("enable-admission-plugins", "NAME,…", "Plugins that are on beside the usual ones.", ""),
            list("disable-admission-plugins", "NAME,…", "Usual plugins that are off.", ""),
            file("admission-control-config-file", "An AdmissionConfiguration: what plugins are told.", ""),
            option("allow-privileged", Kind.SWITCH, "", "Let containers be privileged.", "true"),
            number("default-not-ready-toleration-seconds", "How long pods stay on a node that is not ready.", "300"),
            number("default-unreachable-toleration-seconds", "How long on one that cannot be reached.", "300"),
            time("event-ttl", "How long events are kept after their last change; 0 for ever.", "1h"),
            option(
                    "enable-priority-and-fairness",
                    Kind.SWITCH,
                    "",
                    "Divide the requests at work by FlowSchemas; else turn away what exceeds each limit.",
                    "true"),
            number("max-requests-inflight", "How many requests that read may be at work.", "400"),
            number("max-mutating-requests-inflight", "How many that change something.", "200"),
            time("request-timeout", "How long a request may take that is no watch and no connection.", "1m"),
            number(
                    "min-request-timeout",
                    "Seconds that a watch lasts at least whose client sets no end to it.",
                    "1800"),
            number(
                    "http2-max-streams-per-connection",
                    "How many requests an HTTP/2 connection carries at once.",
                    "250"),
            list(
                    "strict-transport-security-directives",
                    "DIRECTIVE,…",
                    "What browsers are told of HTTPS: max-age=SECONDS, includeSubDomains, preload.",
                    ""),
            list(
                    "cors-allowed-origins",
                    "EXPRESSION,…",
                    "Pages of which origins browsers let use the server: ^https://example.com$.",
                    ""),
            time("shutdown-delay-duration", "How long to go on serving after /readyz has begun to fail.", "0s"),
            time("livez-grace-period", "How long a start may take; it listens only when it has started.", "0s"),
            number("default-watch-cache-size", "Anything but 0: how much history is kept is the store's.", "100"),
            file("proxy-client-cert-file", "What aggregated servers know this one by.", ""),
            file("proxy-client-key-file", "The key of --proxy-client-cert-file.", ""),
            file(
                    "cluster-signing-cert-file",
                    "The authority that signs CertificateSigningRequests.",
                    "the data folder's"),
            file("cluster-signing-key-file", "The key of --cluster-signing-cert-file.", ""),
            option("cluster-signing-duration", Kind.DURATION, "TIME", "The longest life of what it signs.", "8760h"),
            list("controllers", "NAME,…", "Control loops to run: * for all, -name for all but that one.", "*"),
            option("without-scheduler", Kind.SWITCH, "", "Leave pods unscheduled.", "false"));

    public static final List<ServerOption> ALL =
            Stream.concat(OWN.stream(), StoreOptions.ALL.stream()).toList();

    private ServerOptions() {}

    /** The option of that name, also where it may have but one value. */
    static Optional<ServerOption> named(String name) {
        return ALL.stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .or(() -> FixedOptions.find(name).map(fixed -> text(name, "VALUE", fixed.why(), fixed.only())));
    }

    /** The option whose name is most like {@code name}, for those who mistyped it. */
    public static Optional<String> like(String name) {
        return ALL.stream()
                .map(ServerOption::name)
                .filter(known -> distance(known, name) <= Math.max(2, name.length() / 5))
                .min((one, other) -> Integer.compare(distance(one, name), distance(other, name)));
    }

    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }

    private static ServerOption option(String name, Kind kind, String takes, String about, String fallback) {
        return new ServerOption(name, kind, takes, about, fallback);
    }

    private static ServerOption text(String name, String takes, String about, String fallback) {
        return option(name, Kind.TEXT, takes, about, fallback);
    }

    private static ServerOption number(String name, String about, String fallback) {
        return option(name, Kind.NUMBER, "N", about, fallback);
    }

    private static ServerOption time(String name, String about, String fallback) {
        return option(name, Kind.DURATION, "TIME", about, fallback);
    }

    private static ServerOption list(String name, String takes, String about, String fallback) {
        return option(name, Kind.LIST, takes, about, fallback);
    }

    private static ServerOption file(String name, String about, String fallback) {
        return option(name, Kind.FILE, "FILE", about, fallback);
    }
}
