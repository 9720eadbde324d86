package dev.jarbor.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.runtime.SimulatedRuntime;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthorityTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final CertificateAuthority authority = CertificateAuthority.create("jarbor", runtime);

    @Test
    void the_authority_signs_itself_and_may_sign_others() throws GeneralSecurityException {
        X509Certificate certificate = authority.certificate();

        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getBasicConstraints()).isNotNegative();
        assertThat(certificate.getKeyUsage()[5]).as("may sign certificates").isTrue();
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=jarbor");
    }

    @Test
    void a_server_certificate_names_every_address_it_is_for() throws GeneralSecurityException {
        X509Certificate certificate = authority
                .server("kube-apiserver", List.of("localhost", "10.43.0.1", "::1"))
                .certificate();

        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(name -> name.get(1).toString())
                .containsExactlyInAnyOrder("localhost", "10.43.0.1", "0:0:0:0:0:0:0:1");
        assertThat(certificate.getExtendedKeyUsage()).contains("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void a_client_certificate_names_its_user_and_groups() throws GeneralSecurityException {
        X509Certificate certificate = authority
                .client("kubernetes-admin", List.of("system:masters", "ops"))
                .certificate();

        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectX500Principal().getName())
                .contains("CN=kubernetes-admin")
                .contains("O=system:masters")
                .contains("O=ops");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    }

    @Test
    void certificates_live_from_the_clusters_own_time() {
        X509Certificate certificate = authority.client("somebody", List.of()).certificate();

        assertThat(certificate.getNotBefore()).isBefore(Date.from(runtime.now()));
        assertThat(certificate.getNotAfter()).isEqualTo(Date.from(runtime.now().plus(CertificateAuthority.LIFE)));
    }

    @Test
    void credentials_survive_being_written_as_text() {
        Credential credential = authority.client("somebody", List.of("a group"));

        Credential read = Credential.ofPem(credential.certificatePem(), credential.keyPem());

        assertThat(read.certificate()).isEqualTo(credential.certificate());
        assertThat(read.key()).isEqualTo(credential.key());
        assertThat(credential).hasToString("Credential[CN=somebody, O=a group]");
    }

    @Test
    void an_authority_that_was_kept_goes_on_signing() throws GeneralSecurityException {
        Credential kept = Credential.ofPem(
                authority.credential().certificatePem(), authority.credential().keyPem());

        X509Certificate certificate = new CertificateAuthority(kept, runtime)
                .server("again", List.of("localhost"))
                .certificate();

        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(authority.certificate().getSubjectX500Principal());
    }

    @Test
    void a_text_without_a_key_is_refused_with_what_is_missing() {
        assertThatThrownBy(() -> Pem.privateKey("nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PRIVATE KEY");
    }
}
