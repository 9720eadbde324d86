package dev.jarbor.server.http;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.auth.IssuerDocuments;
import dev.jarbor.server.discovery.DiscoveryHandler;
import dev.jarbor.server.discovery.Document;
import dev.jarbor.server.openapi.OpenApiHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What is no resource: discovery, OpenAPI, health, version, metrics, and the list of all these paths. */
final class NonResources {
    private static final List<String> OTHERS = List.of(
            "/.well-known/openid-configuration",
            "/healthz",
            "/livez",
            "/metrics",
            "/metrics/resources",
            "/openapi/v2",
            "/openapi/v3",
            "/openid/v1/jwks",
            "/readyz",
            "/version");

    private final DiscoveryHandler discovery;
    private final OpenApiHandler openApi;
    private final Health health;
    private final Metrics metrics;
    private final MetricRegistry resourceSeries;
    private final ServerVersion version;
    private final IssuerDocuments issuer;

    NonResources(
            DiscoveryHandler discovery,
            OpenApiHandler openApi,
            Health health,
            Metrics metrics,
            MetricRegistry resourceSeries,
            ServerVersion version,
            IssuerDocuments issuer) {
        this.discovery = discovery;
        this.openApi = openApi;
        this.health = health;
        this.metrics = metrics;
        this.resourceSeries = resourceSeries;
        this.version = version;
        this.issuer = issuer;
    }

    void handle(String path, Exchange exchange) {
        RequestHead head = exchange.head();
        Optional<Reply> reply = reply(path, head);
        if (reply.isEmpty()) {
            throw ApiException.unknownResource();
        }
        if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
            throw ApiException.methodNotAllowed();
        }
        AnswerWriter.send(exchange, reply.get());
    }

    private Optional<Reply> reply(String path, RequestHead head) {
        String plain = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        Optional<Reply> fixed = switch (plain) {
            case "/", "/index.html" -> Optional.of(paths());
            case "/version" -> Optional.of(json(version.value()));
            case "/metrics" -> Optional.of(text(metrics.registry()));
            case "/metrics/resources" -> Optional.of(text(resourceSeries));
            case IssuerDocuments.CONFIGURATION_PATH -> issuer("application/json", issuer.configuration());
            case IssuerDocuments.KEYS_PATH -> issuer(IssuerDocuments.KEYS_TYPE, issuer.keys());
            default -> health.reply(plain, head);
        };
        if (fixed.isPresent()) {
            return fixed;
        }
        List<String> accept = head.items("accept");
        String etag = head.header("if-none-match");
        Optional<Document> document = plain.startsWith("/openapi")
                ? openApi.document(plain, head.query().string("hash"), accept)
                : discovery.document(plain, accept);
        return document.map(found -> documentReply(found, etag));
    }

    private static Reply text(MetricRegistry registry) {
        return Reply.of(200, MetricRegistry.MEDIA_TYPE, registry.text().getBytes(StandardCharsets.UTF_8));
    }

    /** Where the issuer's name is no https URL there is nothing to discover. */
    private Optional<Reply> issuer(String type, ObjectValue document) {
        return issuer.discoverable()
                ? Optional.of(Reply.of(200, type, Json.text(document).getBytes(StandardCharsets.UTF_8))
                        .with("Cache-Control", "public, max-age=3600"))
                : Optional.empty();
    }

    /** Documents are cached by clients: an unchanged one is not sent again (RFC 9110, section 13.1.2). */
    private static Reply documentReply(Document document, String ifNoneMatch) {
        String etag = "\"" + document.hash() + "\"";
        if (!document.location().isEmpty()) {
            return Reply.empty(301).with("Location", document.location());
        }
        Reply reply =
                ifNoneMatch.equals(etag) ? Reply.empty(304) : Reply.of(200, document.contentType(), document.bytes());
        return reply.with("ETag", etag)
                .with("Vary", "Accept")
                .with("Cache-Control", document.forever() ? "public, immutable, max-age=31536000" : "public");
    }

    private Reply paths() {
        var paths = new TreeSet<String>(OTHERS);
        paths.addAll(discovery.paths());
        paths.addAll(health.paths());
        return json(ObjectValue.of("paths", ListValue.ofStrings(new ArrayList<>(paths))));
    }

    private static Reply json(ObjectValue value) {
        return Reply.of(200, "application/json", Json.pretty(value, 2).getBytes(StandardCharsets.UTF_8));
    }
}
