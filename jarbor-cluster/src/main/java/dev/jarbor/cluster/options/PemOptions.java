package dev.jarbor.cluster.options;

import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.PemKeys;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Options that name files with certificates and keys. */
final class PemOptions {
    private PemOptions() {}

    /** The certificates in the file of option {@code name}; none where it is not given. */
    static List<X509Certificate> certificates(OptionValues values, String name) {
        return values.content(name)
                .map(text -> certificates(values, name, text))
                .orElse(List.of());
    }

    private static List<X509Certificate> certificates(OptionValues values, String name, String text) {
        List<X509Certificate> found;
        try {
            found = Pem.certificates(text);
        } catch (IllegalArgumentException malformed) {
            throw new WrongOption(values.where(name) + ": " + malformed.getMessage(), malformed);
        }
        if (found.isEmpty()) {
            throw new WrongOption(values.where(name) + ": there is no certificate in it; certificates are read as PEM");
        }
        return found;
    }

    static Optional<KeyPair> key(OptionValues values, String name) {
        return values.content(name).map(text -> {
            try {
                return PemKeys.pair(text);
            } catch (IllegalArgumentException malformed) {
                throw new WrongOption(values.where(name) + ": " + malformed.getMessage(), malformed);
            }
        });
    }

    /** A certificate and its key, each in a file of its own: both or neither. */
    static Optional<Credential> credential(OptionValues values, String certificate, String key) {
        values.requireBoth(certificate, key);
        Optional<KeyPair> pair = key(values, key);
        if (pair.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate own = certificates(values, certificate).getFirst();
        if (!PemKeys.belongs(own, pair.get())) {
            throw new WrongOption(values.where(key) + " is not the key of the certificate in "
                    + values.where(certificate) + ": give the pair that belongs together");
        }
        return Optional.of(new Credential(own, pair.get().getPrivate()));
    }
}
