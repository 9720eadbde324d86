package dev.jarbor.controllers.certificates;

import dev.jarbor.controllers.certificates.CertificateSigning.Requested;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the built-in signers sign: pure rules.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers">Kubernetes
 *     signers</a>
 */
final class Signers {
    static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    static final String KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet";
    static final String KUBELET_SERVING = "kubernetes.io/kubelet-serving";
    static final String LEGACY = "kubernetes.io/legacy-unknown";

    private static final Set<String> ALL = Set.of(CLIENT, KUBELET_CLIENT, KUBELET_SERVING, LEGACY);
    private static final String ENCIPHERMENT = "key encipherment";
    private static final String SIGNATURE = "digital signature";
    private static final String NODE = "system:node:";
    /** Certificates are dated back by half of this: nothing shorter would be valid when it arrives. */
    private static final Duration SHORTEST = Duration.ofMinutes(10);

    private Signers() {}

    static boolean isBuiltIn(String signer) {
        return ALL.contains(signer);
    }

    /** Why {@code signer} does not sign the request, in the reference's words; empty where it does. */
    static Optional<String> objection(String signer, Requested request, List<String> usages) {
        return switch (signer) {
            case CLIENT -> clientUsages(usages);
            case KUBELET_CLIENT -> kubeletClient(request, usages);
            case KUBELET_SERVING -> kubeletServing(request, usages);
            default -> Optional.empty();
        };
    }

    private static Optional<String> clientUsages(List<String> usages) {
        for (String usage : usages) {
            if (!usage.equals(SIGNATURE) && !usage.equals(ENCIPHERMENT) && !usage.equals("client auth")) {
                return Optional.of("invalid usage for client certificate: " + usage);
            }
        }
        return usages.contains("client auth")
                ? Optional.empty()
                : Optional.of("missing required usage for client certificate: client auth");
    }

    private static Optional<String> kubeletClient(Requested request, List<String> usages) {
        if (!ofNodes(request)) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (request.dnsNames() > 0) {
            return Optional.of("DNS subjectAltNames are not allowed");
        }
        if (request.emails() > 0) {
            return Optional.of("Email subjectAltNames are not allowed");
        }
        if (request.addresses() > 0) {
            return Optional.of("IP subjectAltNames are not allowed");
        }
        if (request.uris() > 0) {
            return Optional.of("URI subjectAltNames are not allowed");
        }
        return namesNode(request).or(() -> usages(usages, "client auth"));
    }

    private static Optional<String> kubeletServing(Requested request, List<String> usages) {
        if (!ofNodes(request)) {
            return Optional.of("subject organization is not system:nodes");
        }
        if (request.dnsNames() == 0 && request.addresses() == 0) {
            return Optional.of("DNS or IP subjectAltName is required");
        }
        if (request.emails() > 0) {
            return Optional.of("Email subjectAltNames are not allowed");
        }
        if (request.uris() > 0) {
            return Optional.of("URI subjectAltNames are not allowed");
        }
        return usages(usages, "server auth").or(() -> namesNode(request));
    }

    private static boolean ofNodes(Requested request) {
        return request.organisations().equals(List.of("system:nodes"));
    }

    private static Optional<String> namesNode(Requested request) {
        return request.commonName().startsWith(NODE)
                ? Optional.empty()
                : Optional.of("subject common name does not begin with system:node:");
    }

    /** Enciphering keys is for RSA, so it may be missing. */
    private static Optional<String> usages(List<String> usages, String purpose) {
        var whole = new TreeSet<>(Set.of(SIGNATURE, ENCIPHERMENT, purpose));
        var asked = new TreeSet<>(usages);
        asked.add(ENCIPHERMENT);
        return asked.equals(whole)
                ? Optional.empty()
                : Optional.of("usages did not match [" + String.join(" ", whole) + "]");
    }

    /**
     * How long a certificate lives.
     *
     * @param seconds asked for; 0 for nothing said
     */
    static Duration life(long seconds, Duration longest) {
        Duration asked = Duration.ofSeconds(seconds);
        if (seconds == 0 || asked.compareTo(longest) > 0) {
            return longest;
        }
        return asked.compareTo(SHORTEST) < 0 ? SHORTEST : asked;
    }
}
