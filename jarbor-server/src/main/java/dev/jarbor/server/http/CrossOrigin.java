package dev.jarbor.server.http;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which pages of other origins browsers let use this server, with the caller's credentials: those whose origin holds a match of one of
 * the expressions. They are in RE2's syntax, found anywhere in an origin such as {@code https://example.com}.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">The CORS protocol</a>
 */
public record CrossOrigin(List<Pattern> allowed) {
    /** Browsers keep pages of other origins away. */
    public static final CrossOrigin NONE = new CrossOrigin(List.of());

    private static final List<Reply.Header> ALL = List.of(
            new Reply.Header("Access-Control-Allow-Methods", "POST, GET, OPTIONS, PUT, DELETE, PATCH"),
            new Reply.Header(
                    "Access-Control-Allow-Headers",
                    "Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, X-Requested-With,"
                            + " If-Modified-Since"),
            new Reply.Header("Access-Control-Expose-Headers", "Date"),
            new Reply.Header("Access-Control-Allow-Credentials", "true"));

    public CrossOrigin {
        allowed = List.copyOf(allowed);
    }

    /** @throws IllegalArgumentException where one of {@code expressions} is none */
    public static CrossOrigin of(List<String> expressions) {
        try {
            return new CrossOrigin(expressions.stream().map(Pattern::compile).toList());
        } catch (PatternSyntaxException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    /** What the answer to {@code head} carries; nothing where its origin is not allowed. */
    List<Reply.Header> headers(RequestHead head) {
        String origin = head.header("origin");
        if (origin.isEmpty()
                || allowed.stream()
                        .noneMatch(expression -> expression.matcher(origin).find())) {
            return List.of();
        }
        var headers = new ArrayList<Reply.Header>();
        headers.add(new Reply.Header("Access-Control-Allow-Origin", origin));
        headers.addAll(ALL);
        return headers;
    }
}
