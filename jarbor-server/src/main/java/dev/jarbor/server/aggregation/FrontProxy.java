package dev.jarbor.server.aggregation;

import dev.jarbor.server.auth.User;
import dev.jarbor.server.outbound.HttpHead;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How this server shows the servers behind it that it is the one they may believe, and tells them who asks: a client
 * certificate, and headers.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/">Configure the Aggregation
 *     Layer</a>
 */
public final class FrontProxy {
    /** Shows no certificate: servers that ask for one turn it away. */
    public static final FrontProxy WITHOUT_CERTIFICATE = new FrontProxy(List::of);

    private final Supplier<List<Credential>> presented;

    private FrontProxy(Supplier<List<Credential>> presented) {
        this.presented = presented;
    }

    /** Shows {@code credential}, whose authority the servers behind know as that of the front proxy. */
    public static FrontProxy presenting(Supplier<Credential> credential) {
        return new FrontProxy(() -> List.of(credential.get()));
    }

    /**
     * TLS as {@code service} wants it.
     *
     * @throws IllegalArgumentException when its bundle of authorities is none
     */
    public SSLContext context(RemoteService service) {
        if (service.unverified()) {
            return unverified();
        }
        if (service.caBundle().isEmpty()) {
            return TlsContexts.trustingTheSystem();
        }
        List<X509Certificate> authorities = Pem.certificates(service.caBundle());
        List<Credential> own = presented.get();
        return own.isEmpty() ? TlsContexts.trusting(authorities) : TlsContexts.of(own.getFirst(), authorities);
    }

    SSLContext unverified() {
        List<Credential> own = presented.get();
        return own.isEmpty() ? TlsContexts.trustingAnyone() : TlsContexts.trustingAnyone(own.getFirst());
    }

    /** Who asks, in headers. */
    public static List<HttpHead.Field> headers(User user) {
        var headers = new ArrayList<HttpHead.Field>();
        headers.add(new HttpHead.Field("X-Remote-User", user.name()));
        if (!user.uid().isEmpty()) {
            headers.add(new HttpHead.Field("X-Remote-Uid", user.uid()));
        }
        user.groups().forEach(group -> headers.add(new HttpHead.Field("X-Remote-Group", group)));
        user.extra()
                .forEach((key, values) -> values.forEach(value -> headers.add(new HttpHead.Field(
                        "X-Remote-Extra-"
                                + URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20"),
                        value))));
        return headers;
    }
}
