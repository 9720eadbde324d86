package dev.jarbor.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;

/** A certificate with its private key. */
public record Credential(X509Certificate certificate, PrivateKey key) {
    public static Credential ofPem(String certificate, String key) {
        return new Credential(Pem.certificates(certificate).getFirst(), Pem.privateKey(key));
    }

    public String certificatePem() {
        return Pem.of(certificate);
    }

    public String keyPem() {
        return Pem.of(key);
    }

    /** The key as clients find it in a kubeconfig. */
    public String kubeconfigKeyPem() {
        return key instanceof ECPrivateKey ec ? Pem.ofEc(ec, certificate.getPublicKey()) : Pem.of(key);
    }

    /** Names the subject; the key stays out of logs. */
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal() + "]";
    }
}
