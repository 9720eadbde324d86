package dev.jarbor.server.http;

import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Which TLS the server speaks.
 *
 * @param protocols versions, such as {@code TLSv1.3}; empty for what Java takes for safe
 * @param suites cipher suites; empty for what Java takes for safe
 */
public record TlsTerms(List<String> protocols, List<String> suites) {
    /** What Java takes for safe: TLS 1.2 and 1.3. */
    public static final TlsTerms DEFAULT = new TlsTerms(List.of(), List.of());

    /** The suites of TLS 1.3, which nobody chooses among. */
    private static final List<String> LATEST =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    public TlsTerms {
        protocols = List.copyOf(protocols);
        suites = List.copyOf(suites);
    }

    /**
     * @param oldest the oldest version to speak, in the words of kube-apiserver: {@code VersionTLS12}; "" for the usual
     * @param suites cipher suites of TLS 1.2; none for the usual
     * @throws IllegalArgumentException where there is no such version or suite
     */
    public static TlsTerms of(String oldest, List<String> suites) {
        List<String> protocols = switch (oldest) {
            case "", "VersionTLS12" -> List.of("TLSv1.2", "TLSv1.3");
            case "VersionTLS13" -> List.of("TLSv1.3");
            case "VersionTLS10", "VersionTLS11" ->
                throw new IllegalArgumentException(oldest + " is not safe any more: at least VersionTLS12");
            default -> throw new IllegalArgumentException("unknown tls version \"" + oldest + "\"");
        };
        Set<String> known = known();
        for (String suite : suites) {
            if (!known.contains(suite)) {
                throw new IllegalArgumentException("Cipher suite " + suite + " not supported or doesn't exist");
            }
        }
        if (suites.isEmpty()) {
            return new TlsTerms(protocols, suites);
        }
        var all = new ArrayList<>(suites);
        LATEST.stream().filter(latest -> !suites.contains(latest)).forEach(all::add);
        return new TlsTerms(protocols, all);
    }

    private static Set<String> known() {
        try {
            return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException broken) {
            throw new IllegalStateException("this Java has no TLS", broken);
        }
    }
}
