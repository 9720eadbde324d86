package dev.jarbor.embed;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.NodeDirectory;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.http.HttpFace;
import dev.jarbor.server.http.HttpSettings;
import dev.jarbor.server.http.RequestLimits;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.TlsContexts;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * The HTTPS port of an embedded cluster, on the loopback, for clients that are not in this JVM or want a socket. Closed, it
 * leaves one sleeping daemon thread of the web server's library, which has no way to end it, and which keeps nothing of the cluster.
 */
public final class Https implements AutoCloseable {
    private static final List<String> NAMES =
            List.of("localhost", "127.0.0.1", "::1", "kubernetes", "kubernetes.default", "kubernetes.default.svc");

    private final CertificateAuthority authority;
    private final String token;
    private final HttpFace face;

    private Https(CertificateAuthority authority, String token, HttpFace face) {
        this.authority = authority;
        this.token = token;
        this.face = face;
    }

    /** @param token what administrators show; certificates would be judged by the cluster's own time */
    static Https listen(ApiServer server, NodeDirectory nodes, CertificateAuthority authority, String token) {
        Credential own = authority.server("kube-apiserver", NAMES);
        HttpSettings settings = HttpSettings.of(
                        InetAddress.getLoopbackAddress(),
                        0,
                        TlsContexts.server(own, List.of(), List.of(authority.certificate())))
                .withLimits(RequestLimits.DEFAULT.withFairness(server.runtime().mayBlock()));
        return new Https(authority, token, HttpFace.start(server, nodes, settings));
    }

    /** Such as {@code https://127.0.0.1:40123}. */
    public String url() {
        return "https://127.0.0.1:" + face.port();
    }

    /** The certificate, PEM, that clients check this port by. */
    public String authorityPem() {
        return authority.credential().certificatePem();
    }

    /** Access as administrator for any client: the text of a kubeconfig file. */
    public String kubeconfig() {
        return Yaml.text(KubeConfig.empty(Path.of(""))
                .withCluster("jarbor", URI.create(url()), authorityPem(), token)
                .withCurrentContext("jarbor")
                .value());
    }

    /** Closes the port and the connections to it. */
    @Override
    public void close() {
        face.close();
    }
}
