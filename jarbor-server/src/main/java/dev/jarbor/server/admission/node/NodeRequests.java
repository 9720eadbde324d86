package dev.jarbor.server.admission.node;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.tls.SigningRequest;
import java.util.Set;

/** A node asks for node certificates in its own name only. */
final class NodeRequests {
    private static final Set<String> SIGNERS =
            Set.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet");

    private NodeRequests() {}

    static void check(Review review, String node) {
        ObjectValue spec = review.object().object("spec");
        if (review.operation() != Operation.CREATE || !SIGNERS.contains(spec.string("signerName"))) {
            return;
        }
        String name = "system:node:" + node;
        try {
            if (!SigningRequest.ofField(spec.string("request")).commonName().equals(name)) {
                throw Refusal.forbidden(review, "can only create a node CSR with CN=" + name);
            }
        } catch (IllegalArgumentException malformed) {
            throw Refusal.forbidden(review, "unable to parse csr: " + malformed.getMessage());
        }
    }
}
