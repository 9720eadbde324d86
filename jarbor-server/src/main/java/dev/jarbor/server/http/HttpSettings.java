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
 * @param transportSecurity what browsers are told of HTTPS (RFC 6797), such as {@code max-age=31536000}; empty for nothing
 * @param terms which TLS is spoken
 * @param crossOrigin which pages of other origins may use the server
 */
public record HttpSettings(
        InetAddress address,
        int port,
        SSLContext tls,
        ServerVersion version,
        List<Health.Check> checks,
        RequestLimits limits,
        List<String> transportSecurity,
        TlsTerms terms,
        CrossOrigin crossOrigin) {
    public HttpSettings {
        checks = List.copyOf(checks);
        transportSecurity = List.copyOf(transportSecurity);
    }

    public static HttpSettings of(InetAddress address, int port, SSLContext tls) {
        return new HttpSettings(
                address,
                port,
                tls,
                ServerVersion.DEFAULT,
                List.of(),
                RequestLimits.DEFAULT,
                List.of(),
                TlsTerms.DEFAULT,
                CrossOrigin.NONE);
    }

    public HttpSettings withChecks(List<Health.Check> checks) {
        return new HttpSettings(address, port, tls, version, checks, limits, transportSecurity, terms, crossOrigin);
    }

    public HttpSettings withLimits(RequestLimits limits) {
        return new HttpSettings(address, port, tls, version, checks, limits, transportSecurity, terms, crossOrigin);
    }

    public HttpSettings withTransportSecurity(List<String> directives) {
        return new HttpSettings(address, port, tls, version, checks, limits, directives, terms, crossOrigin);
    }

    public HttpSettings withCrossOrigin(CrossOrigin origins) {
        return new HttpSettings(address, port, tls, version, checks, limits, transportSecurity, terms, origins);
    }

    public HttpSettings withTerms(TlsTerms spoken) {
        return new HttpSettings(address, port, tls, version, checks, limits, transportSecurity, spoken, crossOrigin);
    }

    /** What of it is about requests and not about the socket that they come through. */
    FrontSettings front() {
        List<Reply.Header> headers = transportSecurity.isEmpty()
                ? List.of()
                : List.of(new Reply.Header("Strict-Transport-Security", String.join("; ", transportSecurity)));
        return new FrontSettings(version, checks, limits, headers, crossOrigin);
    }
}
