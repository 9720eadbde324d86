package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.STRING;
import static dev.jarbor.cel.library.Types.STRINGS;
import static dev.jarbor.cel.library.Types.URL;

import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * URLs that are absolute or absolute paths.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library">URL library</a>
 */
final class Urls {
    private static final CelType QUERY = MapType.create(STRING, STRINGS);

    private Urls() {}

    /** What reads a part of a URL. */
    private interface Part {
        Object of(Url url);
    }

    private record Url(URI uri) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.URL";
        }

        @Override
        public String toString() {
            return uri.toString();
        }
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("url", (a, meter) -> parse(Arguments.text(a, 0)))
                .global("string_to_url", URL, STRING)
                .build());
        all.add(Definition.of("isURL", (a, meter) -> find(Arguments.text(a, 0)).isPresent())
                .global("is_url_string", BOOL, STRING)
                .build());
        part(all, "getScheme", STRING, url -> orEmpty(url.uri.getScheme()));
        part(all, "getHost", STRING, url -> host(url.uri) + port(url.uri));
        part(all, "getHostname", STRING, url -> hostname(url.uri));
        part(
                all,
                "getPort",
                STRING,
                url -> port(url.uri).isEmpty() ? "" : port(url.uri).substring(1));
        part(all, "getEscapedPath", STRING, url -> orEmpty(url.uri.getRawPath()));
        part(all, "getQuery", QUERY, url -> query(orEmpty(url.uri.getRawQuery())));
        return all;
    }

    private static void part(List<Definition> all, String name, CelType type, Part part) {
        all.add(Definition.of(name, (a, meter) -> part.of(Arguments.of(Url.class, a, 0)))
                .member("url_" + name.substring(3).toLowerCase(Locale.ROOT), type, URL)
                .build());
    }

    private static Url parse(String text) {
        return find(text)
                .orElseThrow(() -> new CelException("URL parse error during conversion from string: parse "
                        + GoText.quote(text) + ": invalid URI for request"));
    }

    private static Optional<Url> find(String text) {
        if (text.isEmpty() || text.indexOf('#') >= 0) {
            // A fragment is part of the path in a request's URI.
            return text.isEmpty() ? Optional.empty() : find(text.replace("#", "%23"));
        }
        try {
            var uri = new URI(text);
            boolean isRequest = uri.isAbsolute() ? !uri.isOpaque() : text.startsWith("/");
            return isRequest ? Optional.of(new Url(uri)) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String authority(URI uri) {
        String authority = orEmpty(uri.getRawAuthority());
        return authority.substring(authority.lastIndexOf('@') + 1);
    }

    private static String host(URI uri) {
        String authority = authority(uri);
        return authority.substring(0, authority.length() - port(uri).length());
    }

    private static String hostname(URI uri) {
        String host = host(uri);
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** The port with its colon, or "". */
    private static String port(URI uri) {
        String authority = authority(uri);
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(colon) : "";
    }

    private static Map<Object, Object> query(String query) {
        var values = new TreeMap<Object, Object>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty() && pair.indexOf(';') < 0) {
                int equals = pair.indexOf('=');
                String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
                String value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
                var all = new ArrayList<Object>((List<?>) values.getOrDefault(name, List.of()));
                all.add(value);
                values.put(name, all);
            }
        }
        return values;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
