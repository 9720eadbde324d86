package dev.jarbor.server.tls;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs the certificates of one cluster. Server certificates name the addresses they are for; client certificates name a
 * user (CN) and its groups (O), as Kubernetes reads them.
 *
 * <p>Signing is the JDK's; Bouncy Castle only writes the certificates and is not registered as a provider, which would
 * cost start-up time.
 *
 * @see <a href="https://kubernetes.io/docs/setup/best-practices/certificates/">PKI certificates and requirements</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280">RFC 5280</a>
 */
public final class CertificateAuthority {
    /** How long the authority itself is valid. */
    public static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    /** How long what it signs is valid, as kubeadm has it. */
    public static final Duration LIFE = Duration.ofDays(365);
    /** Clocks of other machines may be behind. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final Credential authority;
    private final Runtime runtime;

    /** An authority that exists already. */
    public CertificateAuthority(Credential authority, Runtime runtime) {
        this.authority = authority;
        this.runtime = runtime;
    }

    /** Makes a new authority called {@code name}. */
    public static CertificateAuthority create(String name, Runtime runtime) {
        KeyPair pair = Keys.generate();
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, name).build();
        try {
            X509v3CertificateBuilder builder = builder(subject, subject, pair.getPublic(), AUTHORITY_LIFE, runtime)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyCertSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            X509Certificate certificate = sign(builder, pair.getPrivate());
            return new CertificateAuthority(new Credential(certificate, pair.getPrivate()), runtime);
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot make the certificate of " + name, broken);
        }
    }

    public Credential credential() {
        return authority;
    }

    public X509Certificate certificate() {
        return authority.certificate();
    }

    /**
     * A server's certificate.
     *
     * @param names DNS names and IP addresses under which clients reach it
     */
    public Credential server(String commonName, List<String> names) {
        var alternatives = new ArrayList<GeneralName>();
        for (String name : names) {
            boolean address = ADDRESS.matcher(name).matches();
            alternatives.add(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        return issue(
                commonName,
                List.of(),
                LIFE,
                List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
                alternatives);
    }

    /** A user's certificate. */
    public Credential client(String user, List<String> groups) {
        return issue(user, groups, LIFE, List.of(KeyPurposeId.id_kp_clientAuth), List.of());
    }

    /**
     * Signs what is requested as it is requested; whether it should be is the caller's to decide.
     *
     * @param uses in the words of CertificateSigningRequests
     * @param life how long it is valid; never longer than the authority itself
     * @throws IllegalArgumentException when a use is unknown
     */
    public X509Certificate sign(SigningRequest request, List<String> uses, Duration life) {
        Instant end = certificate().getNotAfter().toInstant();
        Duration left = Duration.between(runtime.now(), end);
        ExtendedKeyUsage purposes = KeyUses.purposes(uses);
        try {
            X509v3CertificateBuilder builder = builder(
                            X500Name.getInstance(
                                    certificate().getSubjectX500Principal().getEncoded()),
                            request.subject(),
                            request.key(),
                            life.compareTo(left) < 0 ? life : left,
                            runtime)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, KeyUses.bits(uses))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils()
                                    .createAuthorityKeyIdentifier(certificate().getPublicKey()));
            if (purposes.getUsages().length > 0) {
                builder.addExtension(Extension.extendedKeyUsage, false, purposes);
            }
            if (!request.alternatives().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(request.alternatives().toArray(new GeneralName[0])));
            }
            return sign(builder, authority.key());
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot sign the certificate of " + request.commonName(), broken);
        }
    }

    private Credential issue(
            String commonName,
            List<String> organisations,
            Duration life,
            List<KeyPurposeId> purposes,
            List<GeneralName> alternatives) {
        KeyPair pair = Keys.generate();
        var name = new X500NameBuilder();
        organisations.forEach(organisation -> name.addRDN(BCStyle.O, organisation));
        name.addRDN(BCStyle.CN, commonName);
        try {
            X509v3CertificateBuilder builder = builder(
                            X500Name.getInstance(
                                    certificate().getSubjectX500Principal().getEncoded()),
                            name.build(),
                            pair.getPublic(),
                            life,
                            runtime)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment))
                    .addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0])))
                    .addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils()
                                    .createAuthorityKeyIdentifier(certificate().getPublicKey()));
            if (!alternatives.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(alternatives.toArray(new GeneralName[0])));
            }
            return new Credential(sign(builder, authority.key()), pair.getPrivate());
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot make the certificate of " + commonName, broken);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Duration life, Runtime runtime) throws CertIOException {
        Instant now = runtime.now();
        // positive and never zero (RFC 5280, section 4.1.2.2)
        BigInteger serial = BigInteger.valueOf(runtime.random().nextLong(1, Long.MAX_VALUE));
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(now.minus(SKEW)), Date.from(now.plus(life)), subject, key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey signer)
            throws CertificateException, IOException {
        try {
            String algorithm = signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
            ContentSigner content = new JcaContentSignerBuilder(algorithm).build(signer);
            X509CertificateHolder holder = builder.build(content);
            return Pem.read(holder.getEncoded());
        } catch (OperatorCreationException broken) {
            throw new IllegalStateException("the authority's key cannot sign", broken);
        }
    }
}
