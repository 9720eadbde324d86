package dev.jarbor.server.kinds.certificate;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Conditions;
import dev.jarbor.server.kinds.rules.Internal;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.tls.PemBlock;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A change of the status of a PodCertificateRequest: denied, failed, or issued with a certificate that fits it. */
final class PodCertificateStatus {
    static final List<String> DECISIONS = List.of("Issued", "Denied", "Failed");

    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath CONDITIONS = STATUS.child("conditions");
    private static final FieldPath CHAIN = STATUS.child("certificateChain");
    private static final FieldPath NOT_BEFORE = STATUS.child("notBefore");
    private static final FieldPath NOT_AFTER = STATUS.child("notAfter");
    private static final FieldPath REFRESH = STATUS.child("beginRefreshAt");
    private static final int MOST_BYTES = 100 * 1024;
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration MARGIN = Duration.ofMinutes(10);
    private static final Duration SHORTEST = Duration.ofHours(1);

    private final ObjectValue before;
    private final ObjectValue after;
    private final ObjectValue status;
    private final Instant now;
    private final Checks checks = new Checks();

    PodCertificateStatus(ObjectValue before, ObjectValue after, Instant now) {
        this.before = before;
        this.after = after;
        this.status = after.object("status");
        this.now = now;
    }

    List<FieldError> check() {
        conditions();
        if (checks.isEmpty()) {
            decision();
        }
        return checks.errors();
    }

    private void conditions() {
        List<ObjectValue> conditions = status.list("conditions").objects();
        int decisions = 0;
        for (int i = 0; i < conditions.size(); i++) {
            // The reference puts the index behind a dot.
            FieldPath at = CONDITIONS.child("[" + i + "]");
            String type = conditions.get(i).string("type");
            if (!DECISIONS.contains(type)) {
                checks.notSupported(at.child("type"), type, DECISIONS);
                continue;
            }
            if (++decisions > 1) {
                checks.invalid(
                        at.child("type"),
                        type,
                        "There may be at most one condition with type \"Issued\", \"Denied\", or \"Failed\"");
            }
            if (!conditions.get(i).string("status").equals("True")) {
                checks.notSupported(at.child("status"), conditions.get(i).string("status"), List.of("True"));
            }
        }
        Conditions.check(status.list("conditions"), CONDITIONS, checks);
    }

    private void decision() {
        ObjectValue old = before.object("status");
        if (DECISIONS.stream().anyMatch(type -> is(old, type))) {
            same(old, "immutable after PodCertificateRequest is issued, denied, or failed");
        } else if (is(status, "Denied") || is(status, "Failed")) {
            ObjectValue conditions = ObjectValue.of("conditions", status.list("conditions"));
            same(
                    conditions,
                    "non-condition status fields must be empty when denying or failing the PodCertificateRequest");
        } else if (is(status, "Issued")) {
            issued();
        } else {
            same(old, "status is immutable unless transitioning to \"Issued\", \"Denied\", or \"Failed\"");
        }
    }

    private static boolean is(ObjectValue status, String type) {
        return status.list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals(type)
                        && condition.string("status").equals("True"));
    }

    private void same(ObjectValue wanted, String why) {
        if (!Same.of(status, wanted)) {
            checks.add(Internal.invalid(STATUS, why));
        }
    }

    private void issued() {
        String chain = status.string("certificateChain");
        if (Texts.bytes(chain) > MOST_BYTES) {
            checks.add(FieldError.tooLong(CHAIN, MOST_BYTES));
            return;
        }
        List<PemBlock> blocks = PemBlock.all(chain);
        if (blocks.isEmpty()) {
            chain("issued certificate chain must contain at least one certificate");
            return;
        }
        if (!blocks.getFirst().label().equals("CERTIFICATE")) {
            chain("issued certificate chain must consist entirely of CERTIFICATE PEM blocks");
            return;
        }
        X509Certificate leaf;
        try {
            leaf = blocks.getFirst().certificate();
        } catch (CertificateException malformed) {
            chain("leaf certificate does not parse as valid X.509");
            return;
        }
        Optional<PublicKey> key = KeyProofs.requested(before.object("spec"));
        if (key.isEmpty() || !key.get().equals(leaf.getPublicKey())) {
            chain("leaf certificate was not issued to the requested public key");
            return;
        }
        if (times(leaf)) {
            rest(blocks.subList(1, blocks.size()));
        }
    }

    private void chain(String why) {
        checks.invalid(CHAIN, status.string("certificateChain"), why);
    }

    /** Whether the times of the status and those of the certificate agree. */
    private boolean times(X509Certificate leaf) {
        Optional<Instant> start = time("notBefore", "must be present and consistent with the issued certificate");
        Optional<Instant> end = time("notAfter", "must be present and consistent with the issued certificate");
        Optional<Instant> refresh =
                time("beginRefreshAt", "must be present and in the range [notbefore+10min, notafter-10min]");
        if (start.isEmpty() || end.isEmpty() || refresh.isEmpty()) {
            return false;
        }
        return lasts(leaf, start.get(), end.get()) && refreshes(start.get(), end.get(), refresh.get());
    }

    private Optional<Instant> time(String field, String why) {
        String text = status.string(field);
        try {
            if (!text.isEmpty()) {
                return Optional.of(Instant.parse(text));
            }
        } catch (DateTimeParseException malformed) {
            // As good as none: the shape of times has been checked before.
        }
        checks.required(STATUS.child(field), why);
        return Optional.empty();
    }

    private boolean lasts(X509Certificate leaf, Instant start, Instant end) {
        if (!start.equals(leaf.getNotBefore().toInstant())) {
            return refused(NOT_BEFORE, start, "must be set to the NotBefore time encoded in the leaf certificate");
        }
        if (Duration.between(start, now).abs().compareTo(SKEW) >= 0) {
            return refused(NOT_BEFORE, start, "must be set to within 5 minutes of kube-apiserver's current time");
        }
        if (!end.equals(leaf.getNotAfter().toInstant())) {
            return refused(NOT_AFTER, end, "must be set to the NotAfter time encoded in the leaf certificate");
        }
        Duration lifetime = Duration.between(start, end);
        long most = after.object("spec").integer("maxExpirationSeconds");
        if (lifetime.compareTo(SHORTEST) < 0) {
            checks.invalid(CHAIN, lifetime.toNanos(), "leaf certificate lifetime must be >= 1 hour");
            return false;
        }
        if (lifetime.compareTo(Duration.ofSeconds(most)) > 0) {
            checks.invalid(
                    CHAIN,
                    lifetime.toNanos(),
                    "leaf certificate lifetime must be <= spec.maxExpirationSeconds (" + most + ")");
            return false;
        }
        return true;
    }

    private boolean refreshes(Instant start, Instant end, Instant refresh) {
        if (refresh.isBefore(start.plus(MARGIN))) {
            return refused(REFRESH, refresh, "must be at least 10 minutes after status.notBefore");
        }
        if (refresh.isAfter(end.minus(MARGIN))) {
            return refused(REFRESH, refresh, "must be at least 10 minutes before status.notAfter");
        }
        return true;
    }

    private boolean refused(FieldPath at, Instant time, String why) {
        checks.invalid(at, time.toString(), why);
        return false;
    }

    private void rest(List<PemBlock> blocks) {
        for (PemBlock block : new ArrayList<>(blocks)) {
            if (!block.label().equals("CERTIFICATE")) {
                // Spelt so by the reference.
                chain("issued certificate chain must consist entirely of CERTFICATE PEM blocks");
                return;
            }
            try {
                block.certificate();
            } catch (CertificateException malformed) {
                chain("intermediate certificate does not parse as valid X.509");
                return;
            }
        }
    }
}
