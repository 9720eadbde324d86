package dev.jarbor.server.kinds.certificate;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import dev.jarbor.server.tls.PemBlock;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * ClusterTrustBundles: certificates of authorities that workloads trust, of one signer or of none.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#cluster-trust-bundles">Cluster
 *     trust bundles</a>
 */
public final class TrustBundles implements Strategy {
    private static final FieldPath NAME = FieldPath.of("metadata", "name");
    private static final FieldPath SIGNER = FieldPath.of("spec", "signerName");
    private static final FieldPath BUNDLE = FieldPath.of("spec", "trustBundle");
    private static final int MOST_BYTES = 1024 * 1024;
    private static final String OMITTED = "<value omitted>";

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object, true);
    }

    /** What is there already is not parsed again. */
    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        ObjectValue old = before.object("spec");
        ObjectValue spec = after.object("spec");
        var errors = new ArrayList<>(check(after, !old.string("trustBundle").equals(spec.string("trustBundle"))));
        if (!old.string("signerName").equals(spec.string("signerName"))) {
            errors.add(FieldError.invalid(SIGNER, spec.string("signerName"), Checks.IMMUTABLE));
        }
        return errors;
    }

    private static List<FieldError> check(ObjectValue object, boolean content) {
        var checks = new Checks();
        String signer = object.object("spec").string("signerName");
        name(object.object("metadata").string("name"), signer, checks);
        if (!signer.isEmpty()) {
            checks.add(Signers.check(signer, SIGNER));
        }
        if (content) {
            bundle(object.object("spec").string("trustBundle"), checks);
        }
        return checks.errors();
    }

    /** A signer's bundles are named after it. */
    private static void name(String name, String signer, Checks checks) {
        if (name.isEmpty()) {
            return;
        }
        if (signer.isEmpty()) {
            if (name.indexOf(':') >= 0) {
                checks.invalid(NAME, name, "ClusterTrustBundle without signer name must not have \":\" in its name");
            } else {
                checks.dnsSubdomain(name, NAME);
            }
            return;
        }
        String prefix = signer.replace('/', ':') + ":";
        if (name.startsWith(prefix)) {
            checks.problems(NAME, name, Names.dnsSubdomain(name.substring(prefix.length())));
        } else {
            checks.invalid(
                    NAME, name, "ClusterTrustBundle for signerName " + signer + " must be named with prefix " + prefix);
        }
    }

    private static void bundle(String text, Checks checks) {
        if (Texts.bytes(text) > MOST_BYTES) {
            checks.add(FieldError.tooLong(BUNDLE, MOST_BYTES));
            return;
        }
        Map<String, List<Integer>> entries = new TreeMap<>();
        List<PemBlock> blocks = PemBlock.all(text);
        var faults = new Checks();
        for (int i = 0; i < blocks.size(); i++) {
            String problem = problem(blocks.get(i));
            if (problem.isEmpty()) {
                entries.computeIfAbsent(blocks.get(i).base64(), key -> new ArrayList<>())
                        .add(i);
            } else {
                faults.invalid(BUNDLE, OMITTED, "entry " + i + " " + problem);
            }
        }
        checks.add(faults.errors());
        if (!faults.isEmpty()) {
            return;
        }
        if (entries.isEmpty()) {
            checks.invalid(BUNDLE, OMITTED, "at least one trust anchor must be provided");
        }
        for (List<Integer> same : entries.values()) {
            if (same.size() > 1) {
                String indices = same.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
                checks.invalid(BUNDLE, OMITTED, "duplicate trust anchor (indices " + indices + ")");
            }
        }
    }

    private static String problem(PemBlock block) {
        if (!block.label().equals("CERTIFICATE")) {
            return "has bad block type: " + block.label();
        }
        if (block.hasHeaders()) {
            return "has PEM block headers";
        }
        try {
            X509Certificate certificate = block.certificate();
            return certificate.getBasicConstraints() < 0 ? "does not have the CA bit set" : "";
        } catch (CertificateException malformed) {
            return "does not parse as X.509";
        }
    }
}
