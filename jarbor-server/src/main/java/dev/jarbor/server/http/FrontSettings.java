package dev.jarbor.server.http;

import java.util.List;

/**
 * How requests are answered, wherever they come from.
 *
 * @param version what {@code /version} says
 * @param checks what {@code /readyz} looks at besides the server itself
 * @param limits how many requests are taken, and for how long
 * @param headers what every answer carries
 * @param crossOrigin which pages of other origins may use the server
 */
record FrontSettings(
        ServerVersion version,
        List<Health.Check> checks,
        RequestLimits limits,
        List<Reply.Header> headers,
        CrossOrigin crossOrigin) {
    /** As a server has it whose owner says nothing. */
    static final FrontSettings DEFAULT =
            new FrontSettings(ServerVersion.DEFAULT, List.of(), RequestLimits.DEFAULT, List.of(), CrossOrigin.NONE);

    FrontSettings {
        checks = List.copyOf(checks);
        headers = List.copyOf(headers);
    }
}
