package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.server.ServerSettings;
import java.io.IOException;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Which TLS a server speaks with clients that speak only some. */
class TlsTermsTest {
    private static final String ONE = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";

    private static HttpCluster cluster(TlsTerms terms) {
        return new HttpCluster(ServerSettings.DEFAULT, settings -> settings.withTerms(terms));
    }

    private static SSLSession session(HttpCluster cluster, String protocol) throws IOException {
        try (var socket =
                (SSLSocket) cluster.adminTls.getSocketFactory().createSocket("localhost", cluster.face.port())) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            return socket.getSession();
        }
    }

    @Test
    void anOlderVersionThanTheOldestIsRefused() throws IOException {
        try (HttpCluster cluster = cluster(TlsTerms.of("VersionTLS13", List.of()))) {
            assertThat(session(cluster, "TLSv1.3").getProtocol()).isEqualTo("TLSv1.3");
            assertThatThrownBy(() -> session(cluster, "TLSv1.2")).isInstanceOf(SSLHandshakeException.class);
        }
        try (HttpCluster cluster = cluster(TlsTerms.of("", List.of()))) {
            assertThat(session(cluster, "TLSv1.2").getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void suitesAreChosenForTheOlderVersionAndTheNewestKeepsItsOwn() throws IOException {
        try (HttpCluster cluster = cluster(TlsTerms.of("", List.of(ONE)))) {
            assertThat(session(cluster, "TLSv1.2").getCipherSuite()).isEqualTo(ONE);
            assertThat(session(cluster, "TLSv1.3").getCipherSuite()).startsWith("TLS_AES_");
        }
    }

    @Test
    void whatNobodySpeaksIsRefused() {
        assertThatThrownBy(() -> TlsTerms.of("VersionTLS14", List.of()))
                .hasMessage("unknown tls version \"VersionTLS14\"");
        assertThatThrownBy(() -> TlsTerms.of("VersionTLS10", List.of())).hasMessageContaining("at least VersionTLS12");
        assertThatThrownBy(() -> TlsTerms.of("", List.of("TLS_MADE_UP")))
                .hasMessage("Cipher suite TLS_MADE_UP not supported or doesn't exist");
    }
}
