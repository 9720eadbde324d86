package dev.jarbor.server.webhook;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.outbound.HttpAnswer;
import dev.jarbor.server.outbound.HttpCall;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.outbound.Line;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.outbound.SocketLine;
import dev.jarbor.server.outbound.TimedOutException;
import dev.jarbor.server.outbound.TlsLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Calls webhooks: POSTs a review as JSON over HTTPS and reads the answer, within a time and a size.
 *
 * <p>A Service is reached through a {@link ServiceResolver} but always addressed, and its certificate checked, as {@code
 * <service>.<namespace>.svc}. Each call has a connection of its own: what is behind a Service may change any time.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#contacting-the-webhook">Contacting
 *     the webhook</a>
 */
public final class WebhookClient {
    /** Longer answers are failures; an object is at most half of this, and a patch of it not much more. */
    public static final int MOST_ANSWER_BYTES = 6 * 1024 * 1024;

    private static final int MOST_QUOTED_BYTES = 2048;

    private final ServiceResolver services;
    private final Runtime runtime;
    private final TrustedAuthorities authorities = new TrustedAuthorities();

    public WebhookClient(ServiceResolver services, Runtime runtime) {
        this.services = services;
        this.runtime = runtime;
    }

    /**
     * Sends {@code review} and returns what came back, which may be any object.
     *
     * @param timeout for the whole call; the webhook is told of it in whole seconds
     * @throws WebhookCallException when there is no answer, or none that is a JSON object
     */
    public ObjectValue post(ClientConfig config, ObjectValue review, Duration timeout) {
        if (!config.isUsable()) {
            throw new WebhookCallException(
                    config.url().isEmpty()
                            ? "webhook configuration must have either service or URL"
                            : "Unparsable URL: " + config.url());
        }
        String query = "?timeout=" + Math.ceilDiv(timeout.toMillis(), 1000) + "s";
        try {
            return decoded(runtime.waiting(() -> received(config, query, review, timeout)));
        } catch (IllegalArgumentException unusable) {
            throw new WebhookCallException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
    private record Received(int code, byte[] body) {}

    private Received received(ClientConfig config, String query, ObjectValue review, Duration timeout) {
        try {
            return call(config, query, review, timeout);
        } catch (IOException failure) {
            throw new WebhookCallException(
                    "Post " + GoText.quote(config.address(query)) + ": " + failure.getMessage(), failure);
        }
    }

    private Received call(ClientConfig config, String query, ObjectValue review, Duration timeout) throws IOException {
        var body = new ByteArrayOutputStream(4096);
        Json.write(review, body);
        HttpHead head = HttpHead.request("POST", config.target(query))
                .with("Host", config.authority())
                .with("User-Agent", "kube-apiserver-admission")
                .with("Accept", "application/json, */*")
                .with("Content-Type", "application/json")
                .with("Connection", "close");
        var late = new AtomicBoolean();
        Line dialled = dial(config, timeout);
        Runtime.Timer deadline =
                runtime.outside().schedule("deadline of a webhook", timeout, () -> hangUp(dialled, late));
        try (Line line = secured(config, dialled, timeout)) {
            line.patience(timeout);
            HttpAnswer answer = HttpCall.exchange(line, "POST", head, body.toByteArray());
            return new Received(answer.code(), answer.bytes(MOST_ANSWER_BYTES));
        } catch (SocketTimeoutException stalled) {
            throw new TimedOutException(stalled);
        } catch (IOException failure) {
            throw late.get() ? new TimedOutException(failure) : failure;
        } finally {
            deadline.cancel();
        }
    }

    private Line dial(ClientConfig config, Duration timeout) throws IOException {
        return config.isService()
                ? services.resolve(config.namespace(), config.service(), config.port())
                        .dial(timeout)
                : SocketLine.dial(config.host(), config.urlPort(), timeout);
    }

    private Line secured(ClientConfig config, Line line, Duration timeout) throws IOException {
        if (config.isPlain()) {
            return line;
        }
        return TlsLine.over(line, authorities.context(config.caBundle()), config.serverName(), true, timeout);
    }

    private static void hangUp(Line line, AtomicBoolean late) {
        late.set(true);
        try {
            line.close();
        } catch (IOException closed) {
            // it is closed either way
        }
    }

    private static ObjectValue decoded(Received received) {
        String text = new String(received.body(), StandardCharsets.UTF_8);
        if (received.code() / 100 != 2) {
            throw new WebhookCallException(refusal(received.code(), text), received.code());
        }
        try {
            return Json.object(text);
        } catch (DecodeException malformed) {
            throw new WebhookCallException(
                    "couldn't get version/kind; json parse error: " + malformed.getMessage(), malformed);
        }
    }

    /** What the reference's client makes of an answer that is no success. */
    private static String refusal(int code, String body) {
        String said = body.length() > MOST_QUOTED_BYTES ? body.substring(0, MOST_QUOTED_BYTES) : body.strip();
        return switch (code) {
            case 400 -> "the server rejected our request for an unknown reason";
            case 401 -> "the server has asked for the client to provide credentials";
            case 403 -> said;
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 409 -> "the server reported a conflict";
            case 413 -> "the request entity is too large";
            case 415 -> "the server was unable to respond with a content type that the client supports";
            case 422 -> "the server rejected our request due to an error in our request";
            case 429 -> "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            case 504 ->
                "the server was unable to return a response in the time allotted, but may still be processing the"
                        + " request";
            default ->
                code >= 500
                        ? "an error on the server (" + GoText.quote(said.isEmpty() ? "unknown" : said)
                                + ") has prevented the request from succeeding"
                        : "the server responded with the status code " + code + " but did not return more information";
        };
    }
}
