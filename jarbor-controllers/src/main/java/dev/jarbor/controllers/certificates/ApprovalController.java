package dev.jarbor.controllers.certificates;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.authorization.v1.ResourceAttributes;
import dev.jarbor.api.authorization.v1.SubjectAccessReview;
import dev.jarbor.api.authorization.v1.SubjectAccessReviewSpec;
import dev.jarbor.api.certificates.v1.CertificateSigningRequest;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.certificates.CertificateSigning.Requested;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Approves the client certificates of nodes: the first of a machine that joins, and later ones of the node itself, where
 * those who ask may ask for that.
 */
public final class ApprovalController implements ControlLoop {
    private static final String NAME = "certificatesigningrequest-approving-controller";
    /** Rights may be granted after the request was made. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final Api api;
    private final CertificateSigning authority;
    private final Informer<CertificateSigningRequest> requests;
    private final Controller queue;

    public ApprovalController(Api api, Informers informers, Runtime runtime, CertificateSigning authority) {
        this.api = api;
        this.authority = authority;
        this.requests = informers.of(CertificateSigningRequest.KIND);
        this.queue = new Controller(NAME, informers, runtime, 2, this::reconcile);
        requests.onChange(change -> {
            if (!(change instanceof Change.Deleted<CertificateSigningRequest>)) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        return requests.get(key).map(this::decide).orElse(Outcome.DONE);
    }

    private Outcome decide(CertificateSigningRequest request) {
        boolean open = !RequestState.is(request, "Approved")
                && !RequestState.is(request, "Denied")
                && RequestState.certificate(request).isEmpty();
        if (!open || !RequestState.signer(request).equals(Signers.KUBELET_CLIENT)) {
            return Outcome.DONE;
        }
        Requested asked = authority.read(RequestState.pem(request));
        if (Signers.objection(Signers.KUBELET_CLIENT, asked, RequestState.usages(request))
                .isPresent()) {
            return Outcome.DONE;
        }
        String asker = request.value().object("spec").string("username");
        if (asker.equals(asked.commonName()) && may(request, "selfnodeclient")) {
            approve(request, "Auto approving self kubelet client certificate after SubjectAccessReview.");
            return Outcome.DONE;
        }
        if (may(request, "nodeclient")) {
            approve(request, "Auto approving kubelet client certificate after SubjectAccessReview.");
            return Outcome.DONE;
        }
        return Outcome.again(AGAIN);
    }

    private boolean may(CertificateSigningRequest request, String subresource) {
        ObjectValue spec = request.value().object("spec");
        var extra = new TreeMap<String, List<String>>();
        spec.object("extra")
                .names()
                .forEach(name -> extra.put(name, spec.object("extra").list(name).strings()));
        SubjectAccessReview review = SubjectAccessReview.EMPTY.withSpec(SubjectAccessReviewSpec.EMPTY
                .withUser(spec.string("username"))
                .withUid(spec.string("uid"))
                .withGroups(spec.list("groups").strings())
                .withExtra(Map.copyOf(extra))
                .withResourceAttributes(ResourceAttributes.EMPTY
                        .withGroup("certificates.k8s.io")
                        .withResource("certificatesigningrequests")
                        .withVerb("create")
                        .withSubresource(subresource)
                        .withVersion("*")));
        return api.create(SubjectAccessReview.KIND, review)
                .value()
                .object("status")
                .bool("allowed");
    }

    private void approve(CertificateSigningRequest request, String message) {
        CertificateSigningRequest approved = RequestState.with(request, "Approved", "AutoApproved", message);
        var path = new ResourcePath(
                "certificates.k8s.io", "v1", "certificatesigningrequests", "", request.name(), "approval");
        api.call(ApiRequest.of(Verb.UPDATE, path, Query.NONE, approved.value()));
    }
}
