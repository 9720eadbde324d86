package dev.jarbor.bench;

import dev.jarbor.client.http.AnyCertificate;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Asks a cluster on this machine over HTTPS whether it is ready, until it is. */
final class Readyz {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpClient client;
    private final Runtime runtime;

    Readyz(Runtime runtime) {
        this.runtime = runtime;
        try {
            SSLContext trusting = SSLContext.getInstance("TLS");
            trusting.init(null, new TrustManager[] {new AnyCertificate()}, null);
            this.client = HttpClient.newBuilder().sslContext(trusting).build();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Returns once {@code /readyz} of {@code port} says ok.
     *
     * @param alive asked between attempts, may wait a moment; false ends the wait
     * @return whether it became ready
     */
    boolean await(int port, BooleanSupplier alive) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/readyz"))
                .timeout(Duration.ofSeconds(5))
                .build();
        long end = runtime.nanoTime() + PATIENCE.toNanos();
        while (runtime.nanoTime() < end) {
            if (says(request)) {
                return true;
            }
            if (!alive.getAsBoolean()) {
                return false;
            }
        }
        return false;
    }

    private boolean says(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException nobodyListensYet) {
            return false;
        }
    }
}
