package dev.jarbor.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.SimulatedRuntime;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;

class CertifiedKeysTest {
    private final CertificateAuthority authority = CertificateAuthority.create("a", new SimulatedRuntime(1));
    private final String certificate = Pem.of(authority.certificate());
    private final String key = Pem.of(authority.credential().key());

    @Test
    void aKeyFitsItsCertificate() {
        assertThat(CertifiedKeys.problem(certificate, key)).isEmpty();
    }

    @Test
    void whatDoesNotFitIsToldInTheWordsOfGo() throws GeneralSecurityException {
        String curve =
                Pem.of(KeyPairGenerator.getInstance("EC").generateKeyPair().getPrivate());
        String rsa =
                Pem.of(KeyPairGenerator.getInstance("RSA").generateKeyPair().getPrivate());

        assertThat(CertifiedKeys.problem(certificate, curve))
                .isIn(
                        "tls: private key does not match public key",
                        "tls: private key type does not match public key type");
        assertThat(CertifiedKeys.problem(certificate, rsa))
                .isEqualTo("tls: private key type does not match public key type");
    }

    @Test
    void whatIsNotThereOrSwitchedIsTold() {
        assertThat(CertifiedKeys.problem("x", key)).isEqualTo("tls: failed to find any PEM data in certificate input");
        assertThat(CertifiedKeys.problem(key, certificate))
                .isEqualTo("tls: failed to find certificate PEM data in certificate input, but did find a private key;"
                        + " PEM inputs may have been switched");
        assertThat(CertifiedKeys.problem(key + key, key))
                .isEqualTo(
                        "tls: failed to find \"CERTIFICATE\" PEM block in certificate input after skipping PEM blocks"
                                + " of the following types: [PRIVATE KEY PRIVATE KEY]");
        assertThat(CertifiedKeys.problem(certificate, "x")).isEqualTo("tls: failed to find any PEM data in key input");
        assertThat(CertifiedKeys.problem(certificate, certificate))
                .isEqualTo("tls: found a certificate rather than a key in the PEM for the private key");
        assertThat(CertifiedKeys.problem(certificate, certificate + certificate))
                .isEqualTo(
                        "tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input after skipping"
                                + " PEM blocks of the following types: [CERTIFICATE CERTIFICATE]");
    }
}
