package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Query;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What comes before the body of a request.
 *
 * @param method in upper case
 * @param path the decoded path
 * @param segments the path's parts, decoded, without empty ones
 * @param rawPath the path as it was sent
 * @param rawQuery what stands behind the question mark, as it was sent
 * @param parameters what stands behind the question mark, each name with its values in order
 * @param headers by lower-case name, each with its values in order
 */
record RequestHead(
        String method,
        String path,
        List<String> segments,
        String rawPath,
        String rawQuery,
        SortedMap<String, List<String>> parameters,
        SortedMap<String, List<String>> headers) {

    /** @param headers by lower-case name */
    static RequestHead of(String method, String rawPath, String rawQuery, SortedMap<String, List<String>> headers) {
        List<String> segments = Arrays.stream(rawPath.split("/", -1))
                .filter(part -> !part.isEmpty())
                .map(RequestHead::decodePath)
                .toList();
        String path = "/" + String.join("/", segments) + (rawPath.length() > 1 && rawPath.endsWith("/") ? "/" : "");
        String query = rawQuery.startsWith("?") ? rawQuery.substring(1) : rawQuery;
        return new RequestHead(method, path, segments, rawPath, query, parameters(query), headers);
    }

    private static SortedMap<String, List<String>> parameters(String rawQuery) {
        var parameters = new TreeMap<String, List<String>>();
        for (String pair : rawQuery.split("&", -1)) {
            if (pair.isEmpty() || pair.indexOf(';') >= 0) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "" : pair.substring(equals + 1);
            try {
                String decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
                String decodedValue = URLDecoder.decode(value, StandardCharsets.UTF_8);
                parameters.computeIfAbsent(decoded, absent -> new ArrayList<>()).add(decodedValue);
            } catch (IllegalArgumentException malformed) {
                // the reference passes over what it cannot read
            }
        }
        return parameters;
    }

    private static String decodePath(String part) {
        return decode(part.replace("+", "%2B"));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid URL escape in \"" + text + "\"");
        }
    }

    /** Path and query, encoded again. */
    String uri() {
        var uri = new StringBuilder(path);
        char before = '?';
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            for (String value : parameter.getValue()) {
                uri.append(before)
                        .append(URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
                before = '&';
            }
        }
        return uri.toString();
    }

    /** The first value of a header by its lower-case name; "" where there is none. */
    String header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    /** All items of a header whose value is a comma-separated list. */
    List<String> items(String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** All values of a query parameter. */
    List<String> parameter(String name) {
        return parameters.getOrDefault(name, List.of());
    }

    /** The parameters with the first value of each, as the reference reads those that are no lists. */
    Query query() {
        var first = new TreeMap<String, String>();
        parameters.forEach((name, values) -> first.put(name, values.getFirst()));
        return new Query(first);
    }
}
