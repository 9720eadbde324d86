package dev.jarbor.server.auth;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * The key pair that signs service account tokens: EC P-256 (ES256), P-384, P-521 or RSA (RS256), as RFC 7518 names them.
 *
 * <p>A key is an edge: it is made by the JDK's own source of randomness and appears in no stored object, so a simulated
 * cluster replays the same with any key.
 */
public final class TokenKey {
    private final Supplier<KeyPair> source;
    private final AtomicReference<Loaded> loaded = new AtomicReference<>(Loaded.NOT_YET);

    private final boolean given;

    private TokenKey(Supplier<KeyPair> source, boolean given) {
        this.source = source;
        this.given = given;
    }

    public static TokenKey of(KeyPair pair) {
        return new TokenKey(() -> pair, true);
    }

    /** A fresh P-256 key, made when the first token is: start-up and tests that need none do not pay for it. */
    public static TokenKey generatedWhenNeeded() {
        return new TokenKey(TokenKey::generate, false);
    }

    /** Whether somebody chose this key, so that it is not one that only this process knows. */
    public boolean isGiven() {
        return given;
    }

    private static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no P-256", impossible);
        }
    }

    /** What this key signs is checked by. */
    public VerificationKey verification() {
        return new VerificationKey(publicKey());
    }

    public PublicKey publicKey() {
        return pair().getPublic();
    }

    byte[] sign(byte[] content) {
        try {
            return verification().algorithm().sign(pair().getPrivate(), content);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("the service account key cannot sign", broken);
        }
    }

    private KeyPair pair() {
        if (loaded.get() instanceof Made(KeyPair known)) {
            return known;
        }
        // Two may make a key at once; the first to put it here has made the cluster's.
        loaded.compareAndSet(Loaded.NOT_YET, new Made(source.get()));
        return pair();
    }

    private sealed interface Loaded {
        Loaded NOT_YET = new NotYet();
    }

    private record NotYet() implements Loaded {}

    private record Made(KeyPair pair) implements Loaded {}
}
