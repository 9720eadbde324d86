package dev.jarbor.server.outbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The headers of a message of HTTP/1.1, in order (RFC 9112).
 *
 * @param start the request line or status line, without its end
 */
public record HttpHead(String start, List<Field> fields) {
    /** One header. */
    public record Field(String name, String value) {}

    public HttpHead {
        fields = List.copyOf(fields);
    }

    public static HttpHead request(String method, String target) {
        return new HttpHead(method + " " + target + " HTTP/1.1", List.of());
    }

    public HttpHead with(String name, String value) {
        var more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new HttpHead(start, more);
    }

    public Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    /** Whether a header that is a list of words has {@code word}. */
    public boolean lists(String name, String word) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                for (String item : field.value().split(",", -1)) {
                    if (item.strip().equalsIgnoreCase(word)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** The code of a status line. */
    int code() {
        String[] parts = start.split(" ", 3);
        boolean wellFormed = parts.length >= 2 && parts[0].startsWith("HTTP/1.") && parts[1].matches("[1-5][0-9][0-9]");
        return wellFormed ? Integer.parseInt(parts[1]) : 0;
    }

    /** As it is sent, the empty line included. */
    String text() {
        var text = new StringBuilder(start).append("\r\n");
        for (Field field : fields) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return text.append("\r\n").toString();
    }
}
