package dev.jarbor.server.proxy;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Rewrites the URLs that the tags of an HTML page refer to; everything else stays as it is, byte for byte.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/indices.html#attributes-3">HTML, attributes</a>
 */
public final class HtmlLinks {
    private static final Map<String, Set<String>> ATTRIBUTES = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("src", "usemap", "formaction")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    /** What these hold is text, whatever it looks like. */
    private static final Set<String> RAW = Set.of("script", "style", "textarea", "title");

    private final String page;
    private final UnaryOperator<String> rewritten;
    private final StringBuilder output;
    private int at;

    private HtmlLinks(String page, UnaryOperator<String> rewritten) {
        this.page = page;
        this.rewritten = rewritten;
        this.output = new StringBuilder(page.length() + 256);
    }

    /** @param rewritten what becomes of a URL */
    public static String rewrite(String page, UnaryOperator<String> rewritten) {
        var links = new HtmlLinks(page, rewritten);
        links.run();
        return links.output.toString();
    }

    private void run() {
        while (at < page.length()) {
            int open = page.indexOf('<', at);
            if (open < 0) {
                copyTo(page.length());
            } else if (page.startsWith("<!--", open)) {
                int end = page.indexOf("-->", open + 4);
                copyTo(end < 0 ? page.length() : end + 3);
            } else if (open + 1 < page.length() && isLetter(page.charAt(open + 1))) {
                copyTo(open);
                tag();
            } else {
                copyTo(open + 1);
            }
        }
    }

    private void copyTo(int end) {
        output.append(page, at, end);
        at = end;
    }

    private void tag() {
        int end = at + 1;
        while (end < page.length() && !isSpace(page.charAt(end)) && "/>".indexOf(page.charAt(end)) < 0) {
            end++;
        }
        String name = page.substring(at + 1, end).toLowerCase(Locale.ROOT);
        copyTo(end);
        Set<String> urls = ATTRIBUTES.getOrDefault(name, Set.of());
        while (at < page.length() && page.charAt(at) != '>') {
            attribute(urls);
        }
        if (RAW.contains(name)) {
            int close = page.toLowerCase(Locale.ROOT).indexOf("</" + name, at);
            copyTo(close < 0 ? page.length() : close);
        }
    }

    private void attribute(Set<String> urls) {
        int start = at;
        while (start < page.length() && (isSpace(page.charAt(start)) || page.charAt(start) == '/')) {
            start++;
        }
        int end = start;
        while (end < page.length() && !isSpace(page.charAt(end)) && "=>/".indexOf(page.charAt(end)) < 0) {
            end++;
        }
        String name = page.substring(start, end).toLowerCase(Locale.ROOT);
        int equals = end;
        while (equals < page.length() && isSpace(page.charAt(equals))) {
            equals++;
        }
        if (equals >= page.length() || page.charAt(equals) != '=') {
            copyTo(Math.max(end, Math.min(start, page.length())));
            return;
        }
        int value = equals + 1;
        while (value < page.length() && isSpace(page.charAt(value))) {
            value++;
        }
        value(value, urls.contains(name));
    }

    private void value(int start, boolean isUrl) {
        boolean quoted = start < page.length() && "\"'".indexOf(page.charAt(start)) >= 0;
        int from = quoted ? start + 1 : start;
        int end = from;
        while (end < page.length()
                && (quoted
                        ? page.charAt(end) != page.charAt(start)
                        : !isSpace(page.charAt(end)) && page.charAt(end) != '>')) {
            end++;
        }
        copyTo(Math.min(from, page.length()));
        if (isUrl) {
            String url = page.substring(at, end).replace("&amp;", "&");
            String changed = rewritten.apply(url);
            output.append(changed.equals(url) ? page.substring(at, end) : changed.replace("&", "&amp;"));
            at = end;
        }
        copyTo(quoted && end < page.length() ? end + 1 : end);
    }

    private static boolean isSpace(char character) {
        return character == ' ' || character == '\t' || character == '\n' || character == '\r' || character == '\f';
    }

    private static boolean isLetter(char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
    }
}
