package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.certificate.Signers;
import dev.jarbor.server.registry.Strategy;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.SigningRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * CertificateSigningRequests: what is asked never changes; who approves writes conditions, who signs writes the
 * certificate, and neither does the other's part.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/">Certificates and
 *     Certificate Signing Requests</a>
 */
public final class SigningRequests implements Strategy {
    /** The conditions that are a decision: they stay once they are there. */
    public static final List<String> FINAL = List.of("Approved", "Denied", "Failed");

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath CONDITIONS = FieldPath.of("status", "conditions");
    private static final FieldPath CERTIFICATE = FieldPath.of("status", "certificate");
    private static final long LEAST_SECONDS = 600;
    private static final List<String> USAGES = List.of(
            "any",
            "cert sign",
            "client auth",
            "code signing",
            "content commitment",
            "crl sign",
            "data encipherment",
            "decipher only",
            "digital signature",
            "email protection",
            "encipher only",
            "ipsec end system",
            "ipsec tunnel",
            "ipsec user",
            "key agreement",
            "key encipherment",
            "microsoft sgc",
            "netscape sgc",
            "ocsp signing",
            "s/mime",
            "server auth",
            "signing",
            "timestamping");

    @Override
    public ObjectValue beforeUpdate(ObjectValue before, ObjectValue after) {
        return after.with("spec", before.object("spec"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var errors = new ArrayList<FieldError>();
        ObjectValue spec = object.object("spec");
        request(spec, errors);
        usages(spec.list("usages"), errors);
        if (spec.string("signerName").equals("kubernetes.io/legacy-unknown")) {
            errors.add(FieldError.invalid(
                    SPEC.child("signerName"),
                    spec.string("signerName"),
                    "the legacy signerName is not allowed via this API version"));
        } else {
            errors.addAll(Signers.check(spec.string("signerName"), SPEC.child("signerName")));
        }
        if (spec.has("expirationSeconds") && spec.integer("expirationSeconds") < LEAST_SECONDS) {
            errors.add(FieldError.invalid(
                    SPEC.child("expirationSeconds"),
                    spec.integer("expirationSeconds"),
                    "may not specify a duration less than 600 seconds (10 minutes)"));
        }
        conditions(object.object("status").list("conditions"), errors);
        certificate(object.object("status").string("certificate"), errors);
        return errors;
    }

    private static void request(ObjectValue spec, List<FieldError> errors) {
        try {
            SigningRequest.ofField(spec.string("request"));
        } catch (IllegalArgumentException malformed) {
            errors.add(FieldError.invalid(
                    SPEC.child("request"), spec.string("request"), String.valueOf(malformed.getMessage())));
        }
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static void usages(ListValue usages, List<FieldError> errors) {
        FieldPath path = SPEC.child("usages");
        if (usages.isEmpty()) {
            errors.add(FieldError.required(path, "usages must be provided"));
        }
        List<String> words = usages.strings();
        for (int i = 0; i < words.size(); i++) {
            if (!USAGES.contains(words.get(i))) {
                errors.add(FieldError.notSupported(path.index(i), words.get(i), USAGES));
            }
        }
        for (int i = 0; i < words.size(); i++) {
            if (words.indexOf(words.get(i)) < i) {
                errors.add(FieldError.duplicate(path.index(i), words.get(i)));
            }
        }
    }

    private static void conditions(ListValue conditions, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        int index = 0;
        for (ObjectValue condition : conditions.objects()) {
            FieldPath path = CONDITIONS.index(index++);
            String type = condition.string("type");
            if (type.isEmpty()) {
                errors.add(FieldError.required(path.child("type"), ""));
            }
            status(condition, path.child("status"), errors);
            if (!seen.add(type)) {
                errors.add(FieldError.duplicate(path.child("type"), type));
            }
            boolean contradicts = (type.equals("Approved") && seen.contains("Denied"))
                    || (type.equals("Denied") && seen.contains("Approved"));
            if (contradicts) {
                errors.add(FieldError.invalid(
                        path.child("type"), type, "Approved and Denied conditions are mutually exclusive"));
            }
        }
    }

    private static void status(ObjectValue condition, FieldPath path, List<FieldError> errors) {
        String status = condition.string("status");
        List<String> allowed =
                FINAL.contains(condition.string("type")) ? List.of("True") : List.of("False", "True", "Unknown");
        if (status.isEmpty()) {
            errors.add(FieldError.required(path, ""));
        } else if (!allowed.contains(status)) {
            errors.add(FieldError.notSupported(path, status, allowed));
        }
    }

    private static void certificate(String base64, List<FieldError> errors) {
        if (base64.isEmpty()) {
            return;
        }
        try {
            if (Pem.certificates(decoded(base64)).isEmpty()) {
                throw new IllegalArgumentException("must contain at least one CERTIFICATE PEM block");
            }
        } catch (IllegalArgumentException malformed) {
            errors.add(FieldError.invalid(CERTIFICATE, "<certificate data>", String.valueOf(malformed.getMessage())));
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<>(validate(after));
        for (String type : FINAL) {
            List<ObjectValue> had = of(before, type);
            List<ObjectValue> has = of(after, type);
            if (has.size() < had.size()) {
                errors.add(FieldError.forbidden(
                        CONDITIONS, "updates may not remove a condition of type \"" + type + "\""));
            } else if (!type.equals("Failed") && has.size() > had.size()) {
                errors.add(
                        FieldError.forbidden(CONDITIONS, "updates may not add a condition of type \"" + type + "\""));
            } else if (!type.equals("Failed") && !has.equals(had)) {
                errors.add(FieldError.forbidden(
                        CONDITIONS, "updates may not modify a condition of type \"" + type + "\""));
            }
        }
        String had = before.object("status").string("certificate");
        if (!had.isEmpty() && !had.equals(after.object("status").string("certificate"))) {
            errors.add(FieldError.forbidden(CERTIFICATE, "updates may not modify existing certificate content"));
        }
        return errors;
    }

    /** What is wrong with a decision on a request. */
    public List<FieldError> validateApproval(ObjectValue before, ObjectValue after) {
        var errors = new ArrayList<>(validate(after));
        for (String type : FINAL) {
            if (of(after, type).size() < of(before, type).size()) {
                errors.add(FieldError.forbidden(
                        CONDITIONS, "updates may not remove a condition of type \"" + type + "\""));
            }
        }
        if (!before.object("status")
                .string("certificate")
                .equals(after.object("status").string("certificate"))) {
            errors.add(FieldError.forbidden(CERTIFICATE, "updates may not set certificate content"));
        }
        return errors;
    }

    private static List<ObjectValue> of(ObjectValue object, String type) {
        return object.object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals(type))
                .toList();
    }
}
