package dev.jarbor.controllers.certificates;

import dev.jarbor.api.Fields;
import dev.jarbor.api.certificates.v1.CertificateSigningRequest;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads of CertificateSigningRequests, and what may be added to them. */
final class RequestState {
    private RequestState() {}

    static String signer(CertificateSigningRequest request) {
        return request.value().object("spec").string("signerName");
    }

    static List<String> usages(CertificateSigningRequest request) {
        return request.value().object("spec").list("usages").strings();
    }

    /** The request itself, PEM. */
    static String pem(CertificateSigningRequest request) {
        return decoded(request.value().object("spec").string("request"));
    }

    /** PEM; "" for none. */
    static String certificate(CertificateSigningRequest request) {
        return decoded(request.value().object("status").string("certificate"));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    static boolean is(CertificateSigningRequest request, String condition) {
        return since(request, condition).isPresent();
    }

    /** When a condition was written that is true. */
    static Optional<Instant> since(CertificateSigningRequest request, String condition) {
        return request.value().object("status").list("conditions").objects().stream()
                .filter(one -> one.string("type").equals(condition)
                        && one.string("status").equals("True"))
                .map(one -> Fields.time(one.valueOrNull("lastUpdateTime")).orElse(Instant.EPOCH))
                .findFirst();
    }

    static CertificateSigningRequest with(
            CertificateSigningRequest request, String type, String reason, String message) {
        ObjectValue condition = ObjectValue.EMPTY
                .with("type", type)
                .with("status", "True")
                .with("reason", reason)
                .with("message", message);
        List<Value> conditions = new ArrayList<>(
                request.value().object("status").list("conditions").items());
        conditions.add(condition);
        return CertificateSigningRequest.KIND.read(
                request.value().update("status", status -> status.with("conditions", ListValue.of(conditions))));
    }

    static CertificateSigningRequest withCertificate(CertificateSigningRequest request, String pem) {
        String base64 = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
        return CertificateSigningRequest.KIND.read(
                request.value().update("status", status -> status.with("certificate", base64)));
    }
}
