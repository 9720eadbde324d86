package dev.jarbor.client.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.client.Query;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.LiveRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTest {
    private final LiveRuntime runtime = new LiveRuntime();
    private ServedApi server;

    private static String read(String file) throws IOException {
        try (InputStream source = TlsTest.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(source, file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @BeforeEach
    void serve() throws IOException {
        // The server's own certificate and whom it trusts are set up like a client's.
        SSLContext context = Tls.context(ClientConfig.of(URI.create("https://localhost"))
                .withAuthority(read("ca.crt"))
                .withCertificate(read("server.crt"), read("server.key")));
        server = ServedApi.secure(new FakeApi(runtime), context);
    }

    @AfterEach
    void close() {
        server.close();
        runtime.close();
    }

    private void list(ClientConfig config) {
        try (var api = new HttpApi(config, runtime)) {
            api.list(ConfigMap.KIND, "", Query.NONE);
        }
    }

    @Test
    void aServerOfTheAuthorityIsBelieved() throws IOException {
        list(ClientConfig.of(server.url()).withAuthority(read("ca.crt")));
        assertThat(server.subjects()).containsExactly("");
    }

    @Test
    void aServerOfAnUnknownAuthorityIsNot() {
        assertThatThrownBy(() -> list(ClientConfig.of(server.url()))).hasMessageContaining("PKIX path building failed");
    }

    @Test
    void anyServerIsBelievedOnlyWhenAskedFor() {
        list(ClientConfig.of(server.url()).withTrust(new ClientConfig.Trust.Anybody()));
        assertThat(server.subjects()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"client-sec1, 'CN=ada,O=system:masters'", "client-pkcs1, CN=grace"})
    void aClientCertificateSaysWhoAsks(String name, String subject) throws IOException {
        list(ClientConfig.of(server.url())
                .withAuthority(read("ca.crt"))
                .withCertificate(read(name + ".crt"), read(name + ".key")));
        assertThat(server.subjects()).containsExactly(subject);
    }

    @ParameterizedTest
    @CsvSource({"server.key, EC", "client-sec1.key, EC", "client-pkcs1.key, RSA", "client-ed25519.key, EdDSA"})
    void keysAreReadInEveryUsualForm(String file, String algorithm) throws IOException {
        assertThat(Pem.privateKey(read(file)).getAlgorithm()).isEqualTo(algorithm);
    }

    @Test
    void anEncryptedKeyIsRefusedInWords() throws IOException {
        String key = read("encrypted.key");
        assertThatThrownBy(() -> Pem.privateKey(key))
                .hasMessage("the private key is encrypted; only plain keys are supported");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMIL/////\n-----END EC PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\n\n-----END EC PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\n*\n-----END RSA PRIVATE KEY-----"
            })
    void aMalformedKeyIsRefused(String text) {
        assertThatThrownBy(() -> Pem.privateKey(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("private key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
    void aMalformedCertificateIsRefused(String text) {
        assertThatThrownBy(() -> Pem.certificates(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("certificate");
    }
}
