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
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;

/** Deletes requests that are over: answered ones after an hour, open ones after a day. */
public final class CleaningController implements ControlLoop {
    private static final String NAME = "certificatesigningrequest-cleaner-controller";
    private static final Duration ANSWERED = Duration.ofHours(1);
    private static final Duration OPEN = Duration.ofHours(24);

    private final Api api;
    private final Runtime runtime;
    private final Informer<CertificateSigningRequest> requests;
    private final Controller queue;

    public CleaningController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.requests = informers.of(CertificateSigningRequest.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
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
        return requests.get(key)
                .map(request -> {
                    Duration left = Duration.between(runtime.now(), end(request));
                    if (left.isPositive()) {
                        return Outcome.again(left);
                    }
                    delete(key);
                    return Outcome.DONE;
                })
                .orElse(Outcome.DONE);
    }

    /** When a request is over: an hour after it was denied, failed, or approved and signed; else a day after it was made. */
    static Instant end(CertificateSigningRequest request) {
        boolean signed = !RequestState.certificate(request).isEmpty();
        return RequestState.since(request, "Denied")
                .or(() -> RequestState.since(request, "Failed"))
                .or(() -> RequestState.since(request, "Approved").filter(since -> signed))
                .map(since -> since.plus(ANSWERED))
                .orElseGet(() -> request.metadata()
                        .creationTimestamp()
                        .orElse(Instant.EPOCH)
                        .plus(OPEN));
    }

    private void delete(ObjectKey key) {
        IfThere.write(() -> api.delete(CertificateSigningRequest.KIND, key));
    }
}
