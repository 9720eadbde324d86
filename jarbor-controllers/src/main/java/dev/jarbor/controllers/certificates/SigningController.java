package dev.jarbor.controllers.certificates;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.certificates.v1.CertificateSigningRequest;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Optional;

/** Signs approved requests to the built-in signers, or says why not. */
public final class SigningController implements ControlLoop {
    private static final String NAME = "certificatesigningrequest-signing-controller";

    private final Api api;
    private final CertificateSigning authority;
    private final Informer<CertificateSigningRequest> requests;
    private final Controller queue;

    public SigningController(Api api, Informers informers, Runtime runtime, CertificateSigning authority) {
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
        requests.get(key)
                .flatMap(this::answer)
                .ifPresent(answered -> api.updateStatus(CertificateSigningRequest.KIND, answered));
        return Outcome.DONE;
    }

    /** The request with its certificate, or with the reason why there is none; empty where nothing is to be done. */
    private Optional<CertificateSigningRequest> answer(CertificateSigningRequest request) {
        boolean due = RequestState.is(request, "Approved")
                && !RequestState.is(request, "Failed")
                && RequestState.certificate(request).isEmpty()
                && Signers.isBuiltIn(RequestState.signer(request));
        if (!due) {
            return Optional.empty();
        }
        String pem = RequestState.pem(request);
        Optional<String> objection =
                Signers.objection(RequestState.signer(request), authority.read(pem), RequestState.usages(request));
        if (objection.isPresent()) {
            return Optional.of(RequestState.with(request, "Failed", "SignerValidationFailure", objection.get()));
        }
        Duration life =
                Signers.life(request.value().object("spec").integer("expirationSeconds"), authority.longestLife());
        return Optional.of(
                RequestState.withCertificate(request, authority.sign(pem, RequestState.usages(request), life)));
    }
}
