package dev.jarbor.server.webhook;

import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a webhook is, as admission, conversion and audit configurations say it (WebhookClientConfig).
 *
 * @param url the whole address; "" where it is a Service
 * @param namespace of the Service; "" where it is a URL
 * @param service the Service's name
 * @param port the Service's port
 * @param path on that Service
 * @param caBundle PEM certificates of who must have signed the webhook's; "" for the system's authorities
 */
public record ClientConfig(String url, String namespace, String service, int port, String path, String caBundle) {
    private static final int HTTPS = 443;

    /** Reads a {@code clientConfig} object. */
    public static ClientConfig of(ObjectValue value) {
        ObjectValue service = value.object("service");
        return new ClientConfig(
                value.string("url"),
                service.string("namespace"),
                service.string("name"),
                service.has("port") ? (int) service.integer("port") : HTTPS,
                service.string("path"),
                decoded(value.string("caBundle")));
    }

    /** A webhook at a URL, such as those that files configure. */
    public static ClientConfig ofUrl(String url, String caBundle) {
        return new ClientConfig(url, "", "", HTTPS, "", caBundle);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException malformed) {
            return base64;
        }
    }

    boolean isService() {
        return !service.isEmpty();
    }

    /** The name that the certificate must be for. */
    String serverName() {
        return isService() ? service + "." + namespace + ".svc" : host();
    }

    /** {@code host:port} as requests name it. */
    String authority() {
        return isService() ? serverName() + ":" + port : uri().getRawAuthority();
    }

    /** The address that requests go to, as error messages quote it. */
    String address(String query) {
        String scheme = isService() ? "https" : uri().getScheme();
        return scheme + "://" + authority() + target(query);
    }

    /** What stands in the request line. */
    String target(String query) {
        String path = isService() ? this.path : uri().getRawPath();
        String rooted = path.isEmpty() || path.startsWith("/") ? path : "/" + path;
        return (rooted.isEmpty() ? "/" : rooted) + query;
    }

    String host() {
        return uri().getHost();
    }

    int urlPort() {
        return uri().getPort() > 0 ? uri().getPort() : isPlain() ? 80 : HTTPS;
    }

    /** Without TLS: only tests and files of the machine's owner can configure that. */
    boolean isPlain() {
        return !isService() && "http".equals(uri().getScheme());
    }

    /** Whether the address can be used at all. */
    boolean isUsable() {
        try {
            return isService() || new URI(url).getHost() != null;
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private URI uri() {
        return URI.create(url);
    }
}
