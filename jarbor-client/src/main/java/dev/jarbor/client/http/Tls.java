package dev.jarbor.client.http;

import dev.jarbor.client.http.ClientConfig.Credential;
import dev.jarbor.client.http.ClientConfig.Trust;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS as a {@link ClientConfig} wants it: for clients that speak to the server in other ways than {@link HttpApi}. */
public final class Tls {
    private static final char[] NO_PASSWORD = new char[0];

    private Tls() {}

    /** Trusts whom {@code config} trusts, and presents its certificate where it has one. */
    public static SSLContext context(ClientConfig config) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(config.credential()), trust(config.trust()), null);
            return context;
        } catch (GeneralSecurityException | IOException refused) {
            throw new IllegalArgumentException("cannot set up TLS: " + refused.getMessage(), refused);
        }
    }

    private static KeyManager[] keys(Credential credential) throws GeneralSecurityException, IOException {
        if (!(credential instanceof Credential.Certificate pair)) {
            return new KeyManager[0];
        }
        KeyStore store = emptyStore();
        X509Certificate[] chain = Pem.certificates(pair.certificatePem()).toArray(new X509Certificate[0]);
        store.setKeyEntry("client", Pem.privateKey(pair.keyPem()), NO_PASSWORD, chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    @SuppressWarnings("NullAway") // null asks SSLContext and TrustManagerFactory for the JDK's own authorities
    private static TrustManager[] trust(Trust trust) throws GeneralSecurityException, IOException {
        return switch (trust) {
            case Trust.System ignored -> null;
            case Trust.Anybody ignored -> new TrustManager[] {new AnyCertificate()};
            case Trust.Authorities authorities -> {
                KeyStore store = emptyStore();
                List<X509Certificate> certificates = Pem.certificates(authorities.pem());
                for (int i = 0; i < certificates.size(); i++) {
                    store.setCertificateEntry("authority-" + i, certificates.get(i));
                }
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                yield factory.getTrustManagers();
            }
        };
    }

    @SuppressWarnings("NullAway") // null loads an empty store, by contract
    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
