package dev.jarbor.server.proxy;

import dev.jarbor.server.outbound.HttpHead;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Which headers a proxy passes on: not those about one connection (RFC 9110, section 7.6.1), and not those by which the
 * client has shown this server who it is.
 */
public final class HopHeaders {
    private static final Set<String> OF_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> REPLACED = Set.of(
            "host", "content-length", "authorization", "expect", "x-forwarded-uri", "x-forwarded-for", "x-helidon-cn");

    private HopHeaders() {}

    /** {@code head} with the client's headers that are meant for whom the request is for. */
    public static HttpHead forwarded(HttpHead head, SortedMap<String, List<String>> headers) {
        var dropped = new TreeSet<>(OF_CONNECTION);
        headers.getOrDefault("connection", List.of()).forEach(value -> dropped.addAll(words(value)));
        HttpHead passed = head;
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            String name = header.getKey();
            if (!dropped.contains(name) && !REPLACED.contains(name) && !isIdentity(name) && !name.startsWith(":")) {
                for (String value : header.getValue()) {
                    passed = passed.with(written(name), value);
                }
            }
        }
        return passed;
    }

    /** The headers of an answer that its client is to see. */
    public static List<HttpHead.Field> answered(HttpHead head) {
        var dropped = new TreeSet<>(OF_CONNECTION);
        head.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase("Connection"))
                .forEach(field -> dropped.addAll(words(field.value())));
        return head.fields().stream()
                .filter(field -> !dropped.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList();
    }

    /** What says who asks: only this server may say that to those behind it. */
    private static boolean isIdentity(String name) {
        return name.startsWith("x-remote-") || name.startsWith("impersonate-");
    }

    private static List<String> words(String value) {
        return Arrays.stream(value.split(",", -1))
                .map(word -> word.strip().toLowerCase(Locale.ROOT))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** {@code x-stream-protocol-version} as it is usually written. */
    private static String written(String name) {
        var written = new StringBuilder(name.length());
        boolean start = true;
        for (int i = 0; i < name.length(); i++) {
            char character = name.charAt(i);
            written.append(start ? Character.toUpperCase(character) : character);
            start = character == '-';
        }
        return written.toString();
    }
}
