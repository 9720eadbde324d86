package dev.jarbor.server.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents one certificate to whoever can use a key of its algorithm. The JDK's own key manager reads a key store, which
 * encrypts the key it is given and decrypts it again: a tenth of a second at start, for a key that never leaves the process.
 */
final class OneCredential extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";

    private final Credential credential;
    private final List<X509Certificate> chain;

    OneCredential(Credential credential) {
        this(credential, List.of());
    }

    /** @param chain the certificates that lead from the credential's to an authority */
    OneCredential(Credential credential, List<X509Certificate> chain) {
        this.credential = credential;
        this.chain = List.copyOf(chain);
    }

    private @Nullable String alias(List<String> algorithms) {
        return algorithms.contains(credential.key().getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(String algorithm, Principal[] issuers, SSLEngine engine) {
        return alias(List.of(algorithm));
    }

    @Override
    public @Nullable String chooseServerAlias(String algorithm, Principal[] issuers, Socket socket) {
        return alias(List.of(algorithm));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] algorithms, Principal[] issuers, SSLEngine engine) {
        return alias(List.of(algorithms));
    }

    @Override
    public @Nullable String chooseClientAlias(String[] algorithms, Principal[] issuers, Socket socket) {
        return alias(List.of(algorithms));
    }

    @Override
    public String @Nullable [] getServerAliases(String algorithm, Principal[] issuers) {
        return aliases(algorithm);
    }

    @Override
    public String @Nullable [] getClientAliases(String algorithm, Principal[] issuers) {
        return aliases(algorithm);
    }

    private String @Nullable [] aliases(String algorithm) {
        String alias = alias(List.of(algorithm));
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        if (!alias.equals(ALIAS)) {
            return null;
        }
        var all = new ArrayList<>(List.of(credential.certificate()));
        all.addAll(chain);
        return all.toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.equals(ALIAS) ? credential.key() : null;
    }
}
