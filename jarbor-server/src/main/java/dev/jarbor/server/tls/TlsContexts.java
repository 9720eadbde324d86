package dev.jarbor.server.tls;

import dev.jarbor.client.http.AnyCertificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Makes the JDK's TLS contexts out of certificates, without files. */
public final class TlsContexts {
    private TlsContexts() {}

    /** Presents {@code own} and trusts what {@code authority} has signed: both ends of mutual TLS. */
    public static SSLContext of(Credential own, X509Certificate authority) {
        return of(own, List.of(authority));
    }

    /** Presents {@code own} and trusts what {@code authorities} have signed. */
    public static SSLContext of(Credential own, List<X509Certificate> authorities) {
        try {
            return context(new KeyManager[] {new OneCredential(own)}, authorities);
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot use the certificate of " + own, broken);
        }
    }

    /**
     * A server's: presents {@code own} and takes any client's certificate, which authenticators judge later.
     *
     * @param chain what leads from its certificate to an authority
     * @param named the authorities that clients are told of
     */
    public static SSLContext server(Credential own, List<X509Certificate> chain, List<X509Certificate> named) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    new KeyManager[] {new OneCredential(own, chain)}, new TrustManager[] {new AnyClient(named)}, null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot use the certificate of " + own, broken);
        }
    }

    /** Presents nothing and trusts what {@code authorities} have signed: a client that has a token or is anonymous. */
    public static SSLContext trusting(List<X509Certificate> authorities) {
        try {
            return context(new KeyManager[0], authorities);
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException("cannot use the authorities' certificates", broken);
        }
    }

    /** Presents nothing and trusts the authorities that the machine's own programs trust. */
    public static SSLContext trustingTheSystem() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot use the system's authorities", broken);
        }
    }

    /** Presents nothing and trusts whoever answers: for those whose name says nothing, such as a pod's address. */
    public static SSLContext trustingAnyone() {
        return trustingAnyone(new KeyManager[0]);
    }

    /** Presents {@code own} and trusts whoever answers. */
    public static SSLContext trustingAnyone(Credential own) {
        return trustingAnyone(new KeyManager[] {new OneCredential(own)});
    }

    private static SSLContext trustingAnyone(KeyManager[] keys) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("cannot do without authorities", broken);
        }
    }

    private static SSLContext context(KeyManager[] keys, List<X509Certificate> authorities)
            throws GeneralSecurityException, IOException {
        KeyStore trusted = empty();
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("authority-" + i, authorities.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
