package dev.jarbor.server.http;

import dev.jarbor.server.flow.FlowControl;
import java.net.InetAddress;
import java.time.Duration;
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
 * @param seats how many requests may be at work at once, divided among the priority levels
 * @param shutdownDelay how long to go on serving after {@code /readyz} has begun to fail
 */
public record HttpSettings(
        InetAddress address,
        int port,
        SSLContext tls,
        ServerVersion version,
        List<Health.Check> checks,
        int seats,
        Duration shutdownDelay) {
    public HttpSettings {
        checks = List.copyOf(checks);
    }

    public static HttpSettings of(InetAddress address, int port, SSLContext tls) {
        return new HttpSettings(
                address, port, tls, ServerVersion.DEFAULT, List.of(), FlowControl.DEFAULT_SEATS, Duration.ZERO);
    }

    public HttpSettings withChecks(List<Health.Check> checks) {
        return new HttpSettings(address, port, tls, version, checks, seats, shutdownDelay);
    }

    public HttpSettings withSeats(int seats) {
        return new HttpSettings(address, port, tls, version, checks, seats, shutdownDelay);
    }

    public HttpSettings withShutdownDelay(Duration delay) {
        return new HttpSettings(address, port, tls, version, checks, seats, delay);
    }
}
