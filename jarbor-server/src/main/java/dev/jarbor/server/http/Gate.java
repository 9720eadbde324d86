package dev.jarbor.server.http;

import dev.jarbor.server.auth.User;
import java.nio.charset.StandardCharsets;

/** Where requests of the face wait, or are turned away, when too many are at work. */
interface Gate {
    /** Carries out {@code work} when it may run, or answers with 429. */
    void pass(User user, RequestTarget target, CountedExchange exchange, Runnable work);

    /** Such as the reference sends. */
    static Reply tooMany() {
        byte[] text = "Too many requests, please try again later.\n".getBytes(StandardCharsets.UTF_8);
        return Reply.of(429, "text/plain; charset=utf-8", text)
                .with("Retry-After", "1")
                .with("X-Content-Type-Options", "nosniff");
    }
}
