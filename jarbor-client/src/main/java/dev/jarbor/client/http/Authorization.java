package dev.jarbor.client.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.http.ClientConfig.Credential;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** The Authorization header of each request. A token from a file is kept for a minute: kubelets renew it long before. */
final class Authorization {
    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Runtime runtime;
    private final Credential credential;
    private String token = "";
    private long readAt;

    Authorization(Runtime runtime, Credential credential) {
        this.runtime = runtime;
        this.credential = credential;
    }

    Optional<String> header() {
        return switch (credential) {
            case Credential.Anonymous ignored -> Optional.empty();
            case Credential.Certificate ignored -> Optional.empty();
            case Credential.Token(String text) -> Optional.of("Bearer " + text);
            case Credential.TokenFile(Path file) -> Optional.of("Bearer " + fresh(file));
            case Credential.Password(String user, String password) ->
                Optional.of("Basic "
                        + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
        };
    }

    /** The server did not accept it: the next request reads the file again. */
    synchronized void refused() {
        token = "";
    }

    private synchronized String fresh(Path file) {
        if (token.isEmpty() || runtime.nanoTime() - readAt > KEPT.toNanos()) {
            try {
                token = Files.readString(file).strip();
                readAt = runtime.nanoTime();
            } catch (IOException unreadable) {
                throw new ApiException(
                        ApiException.serviceUnavailable("cannot read the token file " + file)
                                .status(),
                        unreadable);
            }
        }
        return token;
    }
}
