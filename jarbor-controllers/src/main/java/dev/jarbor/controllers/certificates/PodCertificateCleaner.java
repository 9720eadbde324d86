package dev.jarbor.controllers.certificates;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.certificates.v1beta1.PodCertificateRequest;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;

/**
 * Deletes requests for certificates of pods a quarter of an hour after they were made, answered or not. Who answers them is
 * not part of a cluster: each signer brings its own.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#pod-certificate-requests">Pod
 *     certificate requests</a>
 */
public final class PodCertificateCleaner implements ControlLoop {
    private static final String NAME = "podcertificaterequest-cleaner-controller";
    private static final Duration LIFE = Duration.ofMinutes(15);

    private final Api api;
    private final Runtime runtime;
    private final Informer<PodCertificateRequest> requests;
    private final Controller queue;

    public PodCertificateCleaner(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.requests = informers.of(PodCertificateRequest.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        requests.onChange(change -> {
            if (change instanceof Change.Added<PodCertificateRequest>) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        return requests.get(key).map(this::clean).orElse(Outcome.DONE);
    }

    private Outcome clean(PodCertificateRequest request) {
        Instant made = request.metadata().creationTimestamp().orElse(Instant.EPOCH);
        Duration left = Duration.between(runtime.now(), made.plus(LIFE));
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        IfThere.write(() -> api.delete(
                PodCertificateRequest.KIND,
                request.key(),
                DeleteOptions.NONE.ifUid(request.metadata().uid())));
        return Outcome.DONE;
    }
}
