package dev.jarbor.server.tls;

import java.io.IOException;
import java.io.StringReader;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** Keys out of PEM files as people have them: PKCS #8, PKCS #1 (RSA), SEC 1 (EC), public keys, certificates. */
public final class PemKeys {
    private PemKeys() {}

    /**
     * The first private key in {@code text}, with its public half.
     *
     * @throws IllegalArgumentException when there is none that can be read
     */
    public static KeyPair pair(String text) {
        try (var parser = new PEMParser(new StringReader(text))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                if (found instanceof PEMKeyPair pair && pair.getPublicKeyInfo() != null) {
                    return new JcaPEMKeyConverter().getKeyPair(pair);
                }
                if (found instanceof PEMKeyPair pair) {
                    return pair(pair.getPrivateKeyInfo());
                }
                if (found instanceof PrivateKeyInfo info) {
                    return pair(info);
                }
            }
        } catch (IOException | RuntimeException malformed) {
            throw new IllegalArgumentException("not a private key: " + malformed.getMessage(), malformed);
        }
        throw new IllegalArgumentException(
                "there is no PRIVATE KEY block in it; keys are read in PKCS #8, PKCS #1 or SEC 1 form");
    }

    private static KeyPair pair(PrivateKeyInfo info) throws IOException {
        var converter = new JcaPEMKeyConverter();
        PrivateKey key = converter.getPrivateKey(info);
        SubjectPublicKeyInfo open = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(publicHalf(info));
        return new KeyPair(converter.getPublicKey(open), key);
    }

    private static AsymmetricKeyParameter publicHalf(PrivateKeyInfo info) throws IOException {
        return switch (PrivateKeyFactory.createKey(info)) {
            case RSAPrivateCrtKeyParameters rsa ->
                new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
            case ECPrivateKeyParameters ec ->
                new ECPublicKeyParameters(
                        ec.getParameters().getG().multiply(ec.getD()).normalize(), ec.getParameters());
            case Ed25519PrivateKeyParameters edwards -> edwards.generatePublicKey();
            default -> throw new IllegalArgumentException("neither EC, RSA nor Ed25519");
        };
    }

    /**
     * All public keys in {@code text}: those that stand there, and those of private keys and certificates.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static List<PublicKey> publicKeys(String text) {
        var keys = new ArrayList<PublicKey>();
        var converter = new JcaPEMKeyConverter();
        try (var parser = new PEMParser(new StringReader(text))) {
            for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
                switch (found) {
                    case SubjectPublicKeyInfo info -> keys.add(converter.getPublicKey(info));
                    case X509CertificateHolder holder ->
                        keys.add(converter.getPublicKey(holder.getSubjectPublicKeyInfo()));
                    case PEMKeyPair pair
                    when pair.getPublicKeyInfo() != null -> keys.add(converter.getPublicKey(pair.getPublicKeyInfo()));
                    case PEMKeyPair pair ->
                        keys.add(pair(pair.getPrivateKeyInfo()).getPublic());
                    case PrivateKeyInfo info -> keys.add(pair(info).getPublic());
                    default -> {}
                }
            }
        } catch (IOException | RuntimeException malformed) {
            throw new IllegalArgumentException("not a public key: " + malformed.getMessage(), malformed);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no public key in it");
        }
        return List.copyOf(keys);
    }

    /** Whether {@code key} is the private half of what {@code certificate} certifies. */
    public static boolean belongs(X509Certificate certificate, KeyPair key) {
        return certificate.getPublicKey().equals(key.getPublic());
    }
}
