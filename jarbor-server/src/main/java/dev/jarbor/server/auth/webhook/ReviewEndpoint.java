package dev.jarbor.server.auth.webhook;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.Tls;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Where reviews are sent: what a kubeconfig's current context describes. One try. */
public final class ReviewEndpoint {
    private static final int MOST_ANSWER_BYTES = 1 << 20;

    private final ClientConfig config;
    private final Duration timeout;
    private final HttpClient client;

    /** @param timeout how long to wait for an answer */
    public ReviewEndpoint(ClientConfig config, Duration timeout, Runtime runtime) {
        this.config = config;
        this.timeout = timeout;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(task -> runtime.outside().execute("review webhook", task));
        this.client = "https".equals(config.server().getScheme())
                ? builder.sslContext(Tls.context(config)).build()
                : builder.version(HttpClient.Version.HTTP_1_1).build();
    }

    /** No answer, or none that says anything. */
    public static final class FailedReview extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean passes;

        FailedReview(String message, Throwable cause) {
            super(message, cause);
            this.passes = false;
        }

        FailedReview(String message, boolean passes) {
            super(message);
            this.passes = passes;
        }

        /** Whether the service could not answer just now, and may be asked again. */
        public boolean isTransient() {
            return passes;
        }

        /** Why, in one line. */
        public String reason() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Sends {@code review} and returns what came back.
     *
     * @throws FailedReview when there is no answer, or none that says anything
     */
    public ObjectValue post(ObjectValue review) throws FailedReview {
        byte[] answer = answer(review);
        try {
            return Json.object(answer);
        } catch (DecodeException nothing) {
            throw new FailedReview(
                    "the webhook at " + config.server() + " says nothing: " + nothing.getMessage(), nothing);
        }
    }

    /**
     * Sends {@code message}; what is answered is of no interest, as long as it is a success.
     *
     * @throws FailedReview when it has not arrived
     */
    public void deliver(ObjectValue message) throws FailedReview {
        answer(message);
    }

    private byte[] answer(ObjectValue review) throws FailedReview {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(config.server())
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(Json.text(review)));
            authorization().ifPresent(value -> request.header("Authorization", value));
            HttpResponse<InputStream> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                byte[] bytes = body.readNBytes(MOST_ANSWER_BYTES);
                if (answer.statusCode() >= 300) {
                    throw new FailedReview(
                            "the webhook at " + config.server() + " answered " + answer.statusCode(),
                            List.of(429, 500, 504).contains(answer.statusCode()));
                }
                return bytes;
            }
        } catch (IOException failure) {
            throw new FailedReview(
                    "the webhook at " + config.server() + " cannot be asked: " + failure.getMessage(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new FailedReview("interrupted while asking " + config.server(), interrupted);
        }
    }

    private Optional<String> authorization() throws IOException {
        return switch (config.credential()) {
            case ClientConfig.Credential.Token(String token) -> Optional.of("Bearer " + token);
            case ClientConfig.Credential.TokenFile(var file) ->
                Optional.of("Bearer " + Files.readString(file).strip());
            case ClientConfig.Credential.Password(String user, String password) ->
                Optional.of("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
            case ClientConfig.Credential.Anonymous ignored -> Optional.empty();
            case ClientConfig.Credential.Certificate ignored -> Optional.empty();
        };
    }
}
