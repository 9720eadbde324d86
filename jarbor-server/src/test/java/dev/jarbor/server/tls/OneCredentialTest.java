package dev.jarbor.server.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.SimulatedRuntime;
import java.security.Principal;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class OneCredentialTest {
    private static final Principal[] ANYBODY = new Principal[0];

    private final Credential credential;
    private final OneCredential manager;

    OneCredentialTest() {
        try (var runtime = new SimulatedRuntime(1)) {
            credential = CertificateAuthority.create("test", runtime).client("alice", List.of());
            manager = new OneCredential(credential);
        }
    }

    @Test
    void itIsPresentedWhereItsAlgorithmIsAmongThoseAskedFor() throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine();
        String alias = manager.chooseEngineClientAlias(new String[] {"RSA", "EC"}, ANYBODY, engine);
        assertThat(alias).isNotNull().isEqualTo(manager.chooseEngineServerAlias("EC", ANYBODY, engine));
        assertThat(manager.getCertificateChain("own")).containsExactly(credential.certificate());
        assertThat(manager.getPrivateKey("own")).isEqualTo(credential.key());
    }

    @Test
    void nothingIsPresentedWhereOnlyOtherAlgorithmsWillDo() throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine();
        assertThat(manager.chooseEngineClientAlias(new String[] {"RSA"}, ANYBODY, engine))
                .isNull();
        assertThat(manager.chooseEngineServerAlias("RSA", ANYBODY, engine)).isNull();
        assertThat(manager.getServerAliases("RSA", ANYBODY)).isNull();
    }
}
