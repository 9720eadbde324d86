package dev.jarbor.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which entries of a docker configuration speak of a registry. */
class PullCredentialsTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:5000, localhost:5000, true",
        "https://registry.example/v2/, registry.example, true",
        "https://index.docker.io/v1/, docker.io, true",
        "*.example.org, a.example.org, true",
        "*.example.org, example.org, false",
        "other.example, registry.example, false",
    })
    void aServerMatchesByItsHost(String server, String registry, boolean matches) {
        assertThat(PullCredentials.matches(server, registry)).isEqualTo(matches);
    }
}
