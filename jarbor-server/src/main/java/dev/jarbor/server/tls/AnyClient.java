package dev.jarbor.server.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes any client's certificate: TLS proves that the client holds its key, and the server's authenticators judge who has
 * signed it, so that a certificate of somebody else's is answered with 401 and not with a broken connection.
 */
final class AnyClient extends X509ExtendedTrustManager {
    private final List<X509Certificate> named;

    /** @param named the authorities that clients are told of, by which they choose a certificate */
    AnyClient(List<X509Certificate> named) {
        this.named = List.copyOf(named);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw notAClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw notAClient();
    }

    private static IllegalStateException notAClient() {
        return new IllegalStateException("a server's context cannot be a client's");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return named.toArray(new X509Certificate[0]);
    }
}
