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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Deletes requests that are over: answered ones after an hour, signed ones also when their certificate is, open ones after a day. One
 * that is approved stays for as long as its signer takes.
 */
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
        Optional<Instant> end = requests.get(key).flatMap(CleaningController::end);
        if (end.isEmpty()) {
            return Outcome.DONE;
        }
        Duration left = Duration.between(runtime.now(), end.get());
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        delete(key);
        return Outcome.DONE;
    }

    /** When a request is over; empty where nobody can say yet. */
    static Optional<Instant> end(CertificateSigningRequest request) {
        String certificate = RequestState.certificate(request);
        Optional<Instant> signed = RequestState.since(request, "Approved").filter(since -> !certificate.isEmpty());
        Optional<Instant> open = request.status().conditions().isEmpty()
                ? Optional.of(request.metadata()
                        .creationTimestamp()
                        .orElse(Instant.EPOCH)
                        .plus(OPEN))
                : Optional.empty();
        return Stream.of(
                        RequestState.since(request, "Denied").map(since -> since.plus(ANSWERED)),
                        RequestState.since(request, "Failed").map(since -> since.plus(ANSWERED)),
                        signed.map(since -> since.plus(ANSWERED)),
                        signed.flatMap(since -> expiry(certificate)),
                        open)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    /** When the first of the certificates is valid no more; empty where it cannot be read. */
    private static Optional<Instant> expiry(String pem) {
        try (var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(bytes)
                            instanceof X509Certificate certificate
                    ? Optional.of(certificate.getNotAfter().toInstant())
                    : Optional.empty();
        } catch (CertificateException | IOException unreadable) {
            return Optional.empty();
        }
    }

    private void delete(ObjectKey key) {
        IfThere.write(() -> api.delete(CertificateSigningRequest.KIND, key));
    }
}
