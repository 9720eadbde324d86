package dev.jarbor.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.RuntimeOperatorException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/** A request for a certificate (PKCS #10, RFC 2986) that its own key has signed. */
public final class SigningRequest {
    private static final String MALFORMED = "x509: malformed certificate request";

    private final X500Name subject;
    private final List<String> commonNames;
    private final List<String> organizations;
    private final PublicKey key;
    private final List<GeneralName> alternatives;

    private SigningRequest(X500Name subject, PublicKey key, List<GeneralName> alternatives) {
        this.subject = subject;
        this.commonNames = parts(subject, BCStyle.CN);
        this.organizations = parts(subject, BCStyle.O);
        this.key = key;
        this.alternatives = List.copyOf(alternatives);
    }

    /**
     * Reads one in PEM and checks its signature.
     *
     * @throws IllegalArgumentException in the reference's words where it has some
     */
    public static SigningRequest parse(String pem) {
        if (!pem.contains("-----BEGIN CERTIFICATE REQUEST-----")) {
            throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
        }
        if (!(content(pem) instanceof PKCS10CertificationRequest found)) {
            throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
        }
        return checked(found);
    }

    private static @Nullable Object content(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            return parser.readObject();
        } catch (IOException | RuntimeException malformed) {
            throw new IllegalArgumentException(MALFORMED, malformed);
        }
    }

    /**
     * Reads one in its binary form (DER) and checks its signature.
     *
     * @throws IllegalArgumentException where it is none, or its signature is another's
     */
    public static SigningRequest ofDer(byte[] content) {
        PKCS10CertificationRequest found;
        try {
            found = new PKCS10CertificationRequest(content);
        } catch (IOException | RuntimeException malformed) {
            throw new IllegalArgumentException(MALFORMED, malformed);
        }
        return checked(found);
    }

    private static SigningRequest checked(PKCS10CertificationRequest found) {
        boolean signed;
        SigningRequest read;
        try {
            var request = new JcaPKCS10CertificationRequest(found);
            PublicKey key = request.getPublicKey();
            signed = isSigned(request, key);
            read = new SigningRequest(request.getSubject(), key, alternatives(request.getRequestedExtensions()));
        } catch (GeneralSecurityException | OperatorCreationException | PKCSException | RuntimeException malformed) {
            // The library reads each part only when it is asked for it, and says in many ways that it cannot.
            throw new IllegalArgumentException(MALFORMED, malformed);
        }
        if (!signed) {
            throw new IllegalArgumentException("x509: signature does not belong to the key of the request");
        }
        return read;
    }

    private static boolean isSigned(JcaPKCS10CertificationRequest request, PublicKey key)
            throws OperatorCreationException, PKCSException {
        try {
            return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (RuntimeOperatorException noSignature) {
            // What is there is no signature of that algorithm at all.
            return false;
        }
    }

    /**
     * Reads {@code spec.request} of a CertificateSigningRequest: PEM in Base64.
     *
     * @throws IllegalArgumentException as {@link #parse} does
     */
    public static SigningRequest ofField(String base64) {
        return parse(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
    }

    private static List<GeneralName> alternatives(@Nullable Extensions extensions) {
        if (extensions == null) {
            return List.of();
        }
        GeneralNames names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        return names == null ? List.of() : Arrays.asList(names.getNames());
    }

    /** The subject's common name; "" where there is none. */
    public String commonName() {
        return commonNames.isEmpty() ? "" : commonNames.getLast();
    }

    public List<String> organizations() {
        return organizations;
    }

    private static List<String> parts(X500Name subject, ASN1ObjectIdentifier type) {
        var parts = new ArrayList<String>();
        for (var rdn : subject.getRDNs(type)) {
            for (var part : rdn.getTypesAndValues()) {
                if (part.getType().equals(type)) {
                    parts.add(IETFUtils.valueToString(part.getValue()));
                }
            }
        }
        return List.copyOf(parts);
    }

    /** How many alternative names there are of a kind: DNS names, for one, have the tag 2 (RFC 5280, section 4.2.1.6). */
    public int alternatives(int tag) {
        return (int)
                alternatives.stream().filter(name -> name.getTagNo() == tag).count();
    }

    X500Name subject() {
        return subject;
    }

    /** The key that asks to be certified. */
    public PublicKey key() {
        return key;
    }

    List<GeneralName> alternatives() {
        return alternatives;
    }
}
