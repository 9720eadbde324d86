package dev.jarbor.server.http;

import java.net.InetAddress;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * How the API is served.
 *
 * @param address where to listen; the wildcard address for all interfaces
 * @param port 0 for any free port
 * @param tls the server's certificate and the authority that client certificates are checked against
 * @param version what {@code /version} says
 * @param checks what {@code /readyz} looks at besides the server itself
 * @param limits how many requests it takes, and for how long
 */
public record HttpSettings(
        InetAddress address,
        int port,
        SSLContext tls,
        ServerVersion version,
        List<Health.Check> checks,
        RequestLimits limits) {
    public HttpSettings {
        checks = List.copyOf(checks);
    }

    public static HttpSettings of(InetAddress address, int port, SSLContext tls) {
        return new HttpSettings(address, port, tls, ServerVersion.DEFAULT, List.of(), RequestLimits.DEFAULT);
    }

    public HttpSettings withChecks(List<Health.Check> checks) {
        return new HttpSettings(address, port, tls, version, checks, limits);
    }

    public HttpSettings withLimits(RequestLimits limits) {
        return new HttpSettings(address, port, tls, version, checks, limits);
    }
}
