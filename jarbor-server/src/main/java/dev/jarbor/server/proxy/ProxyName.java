package dev.jarbor.server.proxy;

import java.util.Optional;

/**
 * Whom a proxy URL names: {@code name}, {@code name:port} or {@code scheme:name:port}.
 *
 * @param https whether TLS is spoken with it
 * @param port a number or a port's name; "" for the first or only one
 */
public record ProxyName(boolean https, String name, String port) {
    public static Optional<ProxyName> parse(String text) {
        String[] parts = text.split(":", -1);
        ProxyName parsed = switch (parts.length) {
            case 1 -> new ProxyName(false, parts[0], "");
            case 2 -> new ProxyName(false, parts[0], parts[1]);
            case 3 -> new ProxyName(parts[0].equals("https"), parts[1], parts[2]);
            default -> new ProxyName(false, "", "");
        };
        boolean scheme = parts.length != 3 || parts[0].isEmpty() || parts[0].equals("http") || parts[0].equals("https");
        return scheme && !parsed.name().isEmpty() ? Optional.of(parsed) : Optional.empty();
    }

    /** The port that the scheme has where nobody names one. */
    public int usualPort() {
        return https ? 443 : 80;
    }
}
