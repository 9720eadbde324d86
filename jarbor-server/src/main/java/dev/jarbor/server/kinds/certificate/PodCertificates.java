package dev.jarbor.server.kinds.certificate;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * PodCertificateRequests: a node asks for a certificate for one of its pods; the signer answers once.
 *
 * @param now the time, against which a certificate is checked when it is issued
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#pod-certificate-requests">Pod
 *     certificate requests</a>
 */
public record PodCertificates(Supplier<Instant> now) implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int LONGEST_UID = 128;
    private static final long DAY = 86_400;
    private static final long SHORTEST = 3_600;
    private static final long LONGEST = 91 * DAY;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> Edits.absent(spec, "maxExpirationSeconds", DAY));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        ObjectValue spec = object.object("spec");
        String signer = spec.string("signerName");
        checks.add(Signers.check(signer, SPEC.child("signerName")));
        annotations(spec.object("unverifiedUserAnnotations"), SPEC.child("unverifiedUserAnnotations"), checks);
        identity(spec, "podName", "podUID", checks);
        identity(spec, "serviceAccountName", "serviceAccountUID", checks);
        identity(spec, "nodeName", "nodeUID", checks);
        if (!spec.has("maxExpirationSeconds")) {
            checks.required(SPEC.child("maxExpirationSeconds"), "must be set");
            return checks.errors();
        }
        long seconds = spec.integer("maxExpirationSeconds");
        long most = Signers.isKubernetes(signer) ? DAY : LONGEST;
        if (seconds < SHORTEST || seconds > most) {
            checks.invalid(
                    SPEC.child("maxExpirationSeconds"),
                    seconds,
                    "must be in the range [" + SHORTEST + ", " + most + "]");
        }
        KeyProofs.check(spec, checks);
        return checks.errors();
    }

    private static void identity(ObjectValue spec, String name, String uid, Checks checks) {
        checks.dnsSubdomain(spec.string(name), SPEC.child(name));
        String id = spec.string(uid);
        if (id.isEmpty()) {
            checks.invalid(SPEC.child(uid), id, "must not be empty");
        }
        if (id.length() > LONGEST_UID) {
            checks.add(FieldError.tooLong(SPEC.child(uid), LONGEST_UID));
        }
    }

    /** Like annotations of objects, but each key with a domain. */
    private static void annotations(ObjectValue annotations, FieldPath at, Checks checks) {
        for (String key : annotations.names()) {
            if (key.toLowerCase(Locale.ROOT).indexOf('/') < 0) {
                checks.invalid(at, key, "must be a domain-prefixed key (such as \"acme.io/foo\")");
            }
        }
        checks.annotations(annotations, at);
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return Same.at(before, after, "spec")
                ? List.of()
                : List.of(FieldError.invalid(SPEC, after.valueOrNull("spec"), Checks.IMMUTABLE));
    }

    /** A decision stays as it was made; a new one says when it was made. */
    @Override
    public ObjectValue beforeStatusUpdate(ObjectValue before, ObjectValue after) {
        List<ObjectValue> old = before.object("status").list("conditions").objects();
        List<ObjectValue> conditions = after.object("status").list("conditions").objects();
        if (conditions.isEmpty()) {
            return after;
        }
        var written = new ArrayList<Value>();
        for (ObjectValue condition : conditions) {
            String type = condition.string("type");
            List<ObjectValue> known =
                    old.stream().filter(one -> one.string("type").equals(type)).toList();
            long count = conditions.stream()
                    .filter(one -> one.string("type").equals(type))
                    .count();
            boolean keeps = PodCertificateStatus.DECISIONS.contains(type) && known.size() == 1 && count == 1;
            written.add(keeps ? known.getFirst() : timed(condition, known));
        }
        return Edits.inside(after, "status", status -> status.with("conditions", ListValue.of(written)));
    }

    private ObjectValue timed(ObjectValue condition, List<ObjectValue> known) {
        if (condition.has("lastTransitionTime")) {
            return condition;
        }
        String since = known.stream()
                .filter(one -> one.string("status").equals(condition.string("status")))
                .map(one -> one.string("lastTransitionTime"))
                .filter(time -> !time.isEmpty())
                .findFirst()
                .orElseGet(() -> now.get().truncatedTo(ChronoUnit.SECONDS).toString());
        return condition.with("lastTransitionTime", since);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return new PodCertificateStatus(before, after, now.get()).check();
    }
}
