package dev.jarbor.cluster.options;

import dev.jarbor.cluster.options.ServerOption.Kind;
import java.util.List;
import java.util.Optional;

/**
 * All options of a control plane. This table is the one place where they are named: flags, configuration files, help and
 * checks read it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver</a>
 * @see <a
 *     href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/">kube-controller-manager</a>
 */
public final class ServerOptions {
    public static final List<ServerOption> ALL = List.of(
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
            text("service-cluster-ip-range", "CIDR", "Where Services get their addresses from.", "10.43.0.0/16"),
            text("service-node-port-range", "A-B", "The ports that Services may have on nodes.", "30000-32767"),
            file("client-ca-file", "Authorities of client certificates, beside the one in the data folder.", ""),
            file("token-auth-file", "Bearer tokens: lines of token,user,uid,\"group1,group2\".", ""),
            option("anonymous-auth", Kind.SWITCH, "", "Let in callers that bring nothing.", "true"),
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
            list("authorization-mode", "MODE,…", "Node, RBAC, Webhook, ABAC, AlwaysAllow, AlwaysDeny.", "Node,RBAC"),
            file("authorization-policy-file", "Policies of the mode ABAC, one JSON object a line.", ""),
            file("authorization-webhook-config-file", "A kubeconfig of who is asked in the mode Webhook.", ""),
            option("authorization-webhook-cache-authorized-ttl", Kind.DURATION, "TIME", "How long yes holds.", "5m"),
            option("authorization-webhook-cache-unauthorized-ttl", Kind.DURATION, "TIME", "How long no holds.", "30s"),
            file("audit-policy-file", "Which requests are recorded, and how fully.", "none are"),
            text("audit-log-path", "FILE", "Where audit events go, a line each; - for standard output.", ""),
            option("audit-log-maxsize", Kind.NUMBER, "MB", "From which size on the log is put aside.", "100"),
            option("audit-log-maxbackup", Kind.NUMBER, "N", "How many logs put aside are kept.", "10"),
            file("audit-webhook-config-file", "A kubeconfig of who is sent audit events.", ""),
            list("runtime-config", "API=BOOL,…", "Versions of the API, such as api/all=true.", ""),
            option(
                    "profiling",
                    Kind.SWITCH,
                    "",
                    "Accepted for compatibility: there is nothing to profile by.",
                    "false"),
            file(
                    "cluster-signing-cert-file",
                    "The authority that signs CertificateSigningRequests.",
                    "the data folder's"),
            file("cluster-signing-key-file", "The key of --cluster-signing-cert-file.", ""),
            option("cluster-signing-duration", Kind.DURATION, "TIME", "The longest life of what it signs.", "8760h"),
            list("controllers", "NAME,…", "Control loops to run: * for all, -name for all but that one.", "*"),
            option("without-scheduler", Kind.SWITCH, "", "Leave pods unscheduled.", "false"));

    private ServerOptions() {}

    static Optional<ServerOption> find(String name) {
        return ALL.stream().filter(option -> option.name().equals(name)).findFirst();
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

    private static ServerOption list(String name, String takes, String about, String fallback) {
        return option(name, Kind.LIST, takes, about, fallback);
    }

    private static ServerOption file(String name, String about, String fallback) {
        return option(name, Kind.FILE, "FILE", about, fallback);
    }
}
