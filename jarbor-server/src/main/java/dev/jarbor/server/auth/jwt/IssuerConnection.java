package dev.jarbor.server.auth.jwt;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The way to an issuer and to what it refers to: HTTPS, with answers of a bounded size in a bounded time. */
final class IssuerConnection {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MOST_ANSWER_BYTES = 1 << 20;

    private final HttpClient client;

    /** @param certificateAuthority PEM of who vouches for it; "" for the system's authorities */
    IssuerConnection(String certificateAuthority, Runtime runtime) {
        this.client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .executor(task -> runtime.outside().execute("token issuer", task))
                .sslContext(
                        certificateAuthority.isEmpty()
                                ? TlsContexts.trustingTheSystem()
                                : TlsContexts.trusting(Pem.certificates(certificateAuthority)))
                .build();
    }

    /**
     * What is there.
     *
     * @param token shown as a bearer token; "" for none
     */
    byte[] get(URI uri, String token) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(TIMEOUT);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] bytes = body.readNBytes(MOST_ANSWER_BYTES);
                if (answer.statusCode() / 100 != 2) {
                    throw new IOException(uri + " answered " + answer.statusCode());
                }
                return bytes;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking " + uri, interrupted);
        }
    }
}
