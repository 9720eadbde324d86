package dev.jarbor.server.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where links in a proxied answer lead: those to the same host go through the proxy too.
 *
 * @param prefix the path under which the proxy shows the root of the host behind it
 * @param backendHost {@code host:port} behind the proxy
 * @param requestHost the Host header that the client sent
 */
public record Links(String prefix, String backendHost, String requestHost) {
    /** {@code link} as the client is to follow it; what cannot be read, is relative or leads elsewhere stays. */
    public String rewritten(String link) {
        URI url;
        try {
            url = new URI(link);
        } catch (URISyntaxException malformed) {
            return link;
        }
        String host = url.getRawAuthority() == null ? "" : url.getRawAuthority();
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        boolean elsewhere = !host.isEmpty() && !host.equals(backendHost) && !host.equals(requestHost);
        if (elsewhere || !path.startsWith("/")) {
            return link;
        }
        String start = host.equals(requestHost) && !host.isEmpty() ? scheme(url) + "//" + host : "";
        String shown = path.startsWith(prefix) ? path : prefix + path;
        return start + shown + part("?", url.getRawQuery()) + part("#", url.getRawFragment());
    }

    private static String scheme(URI url) {
        return url.getScheme() == null ? "" : url.getScheme() + ":";
    }

    private static String part(String mark, @Nullable String text) {
        return text == null ? "" : mark + text;
    }
}
