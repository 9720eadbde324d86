package dev.jarbor.client.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * The API of any Kubernetes cluster over HTTPS (HTTP/2 where the server offers it). Calls block their virtual thread;
 * watches are read by a task each, which slows the server down to what the listener can take.
 *
 * <p>A request that the server put off (429, or 503 when repeating it does no harm) is repeated after the time that it
 * asks for, up to {@value #TRIES} times as long as that time is short; otherwise the refusal is the caller's. What cannot
 * be reached answers with reason {@code ServiceUnavailable}. Nothing is retried after that: informers, queues and elections
 * have their own back-off.
 */
public final class HttpApi implements Api, AutoCloseable {
    static final int TRIES = 5;
    static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    /** A server answers or gives up within its own minute. */
    static final Duration ANSWER_WITHIN = Duration.ofSeconds(65);

    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);

    private final ClientConfig config;
    private final Runtime runtime;
    private final HttpClient client;
    private final Authorization authorization;

    /** @param runtime a live one: requests wait for the network */
    public HttpApi(ClientConfig config, Runtime runtime) {
        if (!runtime.mayBlock()) {
            throw new IllegalArgumentException(
                    "an API over HTTP needs a live runtime: virtual time cannot wait for a network");
        }
        this.config = config;
        this.runtime = runtime;
        this.authorization = new Authorization(runtime, config.credential());
        HttpClient.Builder builder = HttpClient.newBuilder()
                .connectTimeout(CONNECT_WITHIN)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(task -> runtime.execute("http client", task));
        if ("https".equals(config.server().getScheme())) {
            builder.sslContext(Tls.context(config));
        } else {
            // Without TLS a connection cannot agree on HTTP/2 but by an upgrade, which servers and proxies get wrong.
            builder.version(HttpClient.Version.HTTP_1_1);
        }
        this.client = builder.build();
    }

    @Override
    public ObjectValue call(ApiRequest request) {
        if (request.verb() == Verb.WATCH) {
            throw new IllegalArgumentException("a watch is not a call");
        }
        HttpRequest http = http(request).header("Accept-Encoding", "gzip").build();
        for (int attempt = 1; true; attempt++) {
            HttpResponse<InputStream> answer = send(http);
            Runtime.Timer timeout = runtime.schedule("http timeout", ANSWER_WITHIN, () -> abandon(answer.body()));
            try (InputStream body = plain(answer)) {
                if (answer.statusCode() < 300) {
                    return decoded(body);
                }
                ApiException refusal = refusal(answer.statusCode(), body);
                if (attempt == TRIES || !mayRepeat(request.verb(), answer)) {
                    throw refusal;
                }
            } catch (IOException | UncheckedIOException broken) {
                throw unreachable(broken);
            } finally {
                timeout.cancel();
            }
            pause(retryAfter(answer));
        }
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
        HttpRequest http = http(request).build();
        HttpResponse<InputStream> answer = send(http);
        if (answer.statusCode() >= 300) {
            try (InputStream body = answer.body()) {
                throw refusal(answer.statusCode(), body);
            } catch (IOException broken) {
                throw unreachable(broken);
            }
        }
        var stream = new WatchStream(answer.body(), listener);
        runtime.execute("watch " + request.path().plural(), stream);
        return stream;
    }

    /** Ends all connections; requests under way fail. */
    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder http(ApiRequest request) {
        HttpRequest.Builder http = HttpRequest.newBuilder(url(request))
                .header("Accept", "application/json")
                .header("User-Agent", config.userAgent());
        authorization.header().ifPresent(value -> http.header("Authorization", value));
        ClientConfig.Impersonation as = config.impersonate();
        if (!as.user().isEmpty()) {
            http.header("Impersonate-User", as.user());
            as.groups().forEach(group -> http.header("Impersonate-Group", group));
        }
        if (!as.uid().isEmpty()) {
            http.header("Impersonate-Uid", as.uid());
        }
        return switch (request.verb()) {
            case GET, LIST, WATCH -> http.GET();
            case CREATE -> body(http, "POST", "application/json", request);
            case UPDATE -> body(http, "PUT", "application/json", request);
            case PATCH -> body(http, "PATCH", request.patchType().mediaType(), request);
            case DELETE, DELETECOLLECTION ->
                request.body().equals(ObjectValue.EMPTY)
                        ? http.DELETE()
                        : body(http, "DELETE", "application/json", request);
        };
    }

    private static HttpRequest.Builder body(HttpRequest.Builder http, String method, String type, ApiRequest request) {
        return http.header("Content-Type", type).method(method, BodyPublishers.ofByteArray(Json.bytes(request.body())));
    }

    private URI url(ApiRequest request) {
        String base = config.server().toString();
        String query = request.query().parameters().entrySet().stream()
                .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
                .collect(Collectors.joining("&"));
        if (request.verb() == Verb.WATCH && !request.query().has("watch")) {
            query = query.isEmpty() ? "watch=true" : query + "&watch=true";
        }
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + request.path().toUrl()
                + (query.isEmpty() ? "" : "?" + query));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Waits for the head of the answer only: what the client itself calls a timeout covers the body on some JDKs. */
    private HttpResponse<InputStream> send(HttpRequest request) {
        CompletableFuture<HttpResponse<InputStream>> sent = client.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> answer = sent.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
            if (answer.statusCode() == 401) {
                authorization.refused();
            }
            return answer;
        } catch (ExecutionException failure) {
            throw unreachable(failure.getCause() instanceof IOException cause ? cause : failure);
        } catch (TimeoutException silent) {
            sent.cancel(true);
            throw unreachable(new IOException("no answer within " + ANSWER_WITHIN.toSeconds() + " seconds", silent));
        } catch (InterruptedException closing) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            throw ApiException.serviceUnavailable("the client is closing");
        }
    }

    private static void abandon(InputStream body) {
        try {
            body.close();
        } catch (IOException ignored) {
            // whoever reads it learns of it
        }
    }

    private static InputStream plain(HttpResponse<InputStream> answer) throws IOException {
        boolean packed =
                answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
        return packed ? new GZIPInputStream(answer.body()) : answer.body();
    }

    private ObjectValue decoded(InputStream body) {
        try {
            if (Json.decode(body, Limits.DEFAULT).value() instanceof ObjectValue object) {
                return object;
            }
            throw ApiException.unknown(config.server() + " answered with something that is no object");
        } catch (DecodeException malformed) {
            throw new ApiException(
                    ApiException.unknown(config.server() + " answered with something that is no JSON: "
                                    + malformed.getMessage())
                            .status(),
                    malformed);
        }
    }

    /** The server's own Status where it sent one (proxies and load balancers do not). */
    private static ApiException refusal(int code, InputStream body) throws IOException {
        byte[] text = body.readNBytes(1 << 20);
        try {
            if (Json.parse(text) instanceof ObjectValue status
                    && status.string("kind").equals("Status")) {
                return new ApiException(ApiStatus.read(status));
            }
        } catch (DecodeException notJson) {
            // shown as text
        }
        String shown = new String(text, 0, Math.min(text.length, 200), StandardCharsets.UTF_8).strip();
        Reason reason = Arrays.stream(Reason.values())
                .filter(known -> known.code() == code && known != Reason.UNKNOWN && known != Reason.GONE)
                .findFirst()
                .orElse(Reason.UNKNOWN);
        String message = "the server answered with HTTP status " + code + (shown.isEmpty() ? "" : ": " + shown);
        return new ApiException(new ApiStatus(false, code, reason.text(), message, Details.NONE));
    }

    private ApiException unreachable(Exception failure) {
        String message = failure.getMessage();
        String why = message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message;
        return new ApiException(
                ApiException.serviceUnavailable("cannot reach " + config.server() + ": " + why)
                        .status(),
                failure);
    }

    /** 429 says that the request was not carried out; 503 does not, so it counts only where a repeat does no harm. */
    private static boolean mayRepeat(Verb verb, HttpResponse<?> answer) {
        if (retryAfter(answer).compareTo(LONGEST_WAIT) > 0) {
            return false;
        }
        return switch (answer.statusCode()) {
            case 429 -> true;
            case 503 ->
                switch (verb) {
                    case GET, LIST, WATCH, UPDATE, DELETE, DELETECOLLECTION -> true;
                    case CREATE, PATCH -> false;
                };
            default -> false;
        };
    }

    private static Duration retryAfter(HttpResponse<?> answer) {
        try {
            return answer.headers()
                    .firstValue("Retry-After")
                    .map(seconds -> Duration.ofSeconds(Long.parseUnsignedLong(seconds)))
                    .orElse(Duration.ofSeconds(1));
        } catch (NumberFormatException aDate) {
            return Duration.ofSeconds(1);
        }
    }

    /** Blocks this virtual thread until the runtime's timer lets it go. */
    private void pause(Duration wait) {
        var over = new CountDownLatch(1);
        runtime.schedule("http retry", wait, over::countDown);
        try {
            over.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw ApiException.serviceUnavailable("the client is closing");
        }
    }
}
