package dev.jarbor.server.webhook;

import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** The TLS contexts that calls share, by the authorities that they trust: so sessions can be resumed. */
final class TrustedAuthorities {
    /** How many are remembered, as the reference has it. */
    private static final int MOST = 200;

    private final Map<String, SSLContext> contexts = new LinkedHashMap<>();

    /**
     * @param caBundle PEM certificates; "" for the system's authorities
     * @throws IllegalArgumentException when there is no certificate in it
     */
    synchronized SSLContext context(String caBundle) {
        SSLContext known = contexts.get(caBundle);
        if (known != null) {
            return known;
        }
        if (contexts.size() >= MOST) {
            contexts.remove(contexts.keySet().iterator().next());
        }
        SSLContext made = make(caBundle);
        contexts.put(caBundle, made);
        return made;
    }

    private static SSLContext make(String caBundle) {
        if (caBundle.isEmpty()) {
            return TlsContexts.trustingTheSystem();
        }
        List<X509Certificate> authorities = Pem.certificates(caBundle);
        if (authorities.isEmpty()) {
            throw new IllegalArgumentException("unable to load root certificates: unable to parse bytes as PEM block");
        }
        return TlsContexts.trusting(authorities);
    }
}
