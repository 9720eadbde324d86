package dev.jarbor.server.http;

import java.util.List;

/**
 * How requests are answered, wherever they come from.
 *
 * @param version what {@code /version} says
 * @param checks what {@code /readyz} looks at besides the server itself
 * @param limits how many requests are taken, and for how long
 * @param headers what every answer carries
 */
record FrontSettings(
        ServerVersion version, List<Health.Check> checks, RequestLimits limits, List<Reply.Header> headers) {
    FrontSettings {
        checks = List.copyOf(checks);
        headers = List.copyOf(headers);
    }
}
