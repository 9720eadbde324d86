package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.SignedToken;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An issuer's keys, asked for when the first token is to be checked, and again when a token is signed with none of those
 * known: keys change. Where the issuer cannot be asked, it is tried again after a while.
 *
 * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect Discovery 1.0</a>
 */
final class IssuerKeys {
    private static final System.Logger LOG = System.getLogger(IssuerKeys.class.getName());
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    /** Tokens that nobody signed do not make this server ask more often. */
    private static final Duration BETWEEN_ASKING = Duration.ofSeconds(1);

    private final String issuer;
    private final String discoveryUrl;
    private final Runtime runtime;
    private final IssuerConnection connection;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile Optional<URI> keysUri = Optional.empty();
    private volatile WebKeys keys = WebKeys.NONE;
    private volatile Optional<Long> asked = Optional.empty();

    /** @param discoveryUrl where the configuration is; "" for the issuer's well-known place */
    IssuerKeys(String issuer, String discoveryUrl, IssuerConnection connection, Runtime runtime) {
        this.issuer = issuer;
        this.discoveryUrl = discoveryUrl.isEmpty()
                ? issuer.replaceAll("/+$", "") + "/.well-known/openid-configuration"
                : discoveryUrl;
        this.runtime = runtime;
        this.connection = connection;
    }

    /** Refuses a token that the issuer has not signed. */
    void requireSigned(SignedToken token) throws RefusedTokenException {
        if (keys.signed(token)) {
            return;
        }
        WebKeys before = keys;
        asking.lock();
        try {
            if (keys.equals(before)) {
                refresh();
            }
        } finally {
            asking.unlock();
        }
        if (!keys.signed(token)) {
            throw new RefusedTokenException(
                    "oidc: verify token: failed to verify signature: failed to verify id token" + " signature");
        }
    }

    private void refresh() throws RefusedTokenException {
        Duration wait = keysUri.isPresent() ? BETWEEN_ASKING : AFTER_FAILURE;
        long now = runtime.nanoTime();
        if (asked.isPresent() && now - asked.get() < wait.toNanos()) {
            if (keysUri.isEmpty()) {
                throw uninitialised();
            }
            return;
        }
        asked = Optional.of(now);
        if (keysUri.isEmpty()) {
            discover();
        }
        try {
            keys = WebKeys.of(get(keysUri.orElseThrow(IssuerKeys::uninitialised)));
        } catch (IOException failed) {
            throw new RefusedTokenException(
                    "oidc: verify token: failed to verify signature: fetching keys oidc: get keys failed "
                            + failed.getMessage(),
                    failed);
        }
    }

    private void discover() throws RefusedTokenException {
        try {
            ObjectValue configuration = get(URI.create(discoveryUrl));
            if (!configuration.string("issuer").equals(issuer)) {
                throw new IOException("oidc: issuer did not match the issuer returned by provider, expected "
                        + GoText.quote(issuer) + " got " + GoText.quote(configuration.string("issuer")));
            }
            keysUri = Optional.of(URI.create(configuration.string("jwks_uri")));
        } catch (IOException | IllegalArgumentException failed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "oidc authenticator: initializing plugin for {0}: {1}",
                    issuer,
                    failed.getMessage());
            throw uninitialised();
        }
    }

    private static RefusedTokenException uninitialised() {
        return new RefusedTokenException("oidc: authenticator not initialized");
    }

    private ObjectValue get(URI uri) throws IOException {
        try {
            return Json.object(connection.get(uri, ""));
        } catch (DecodeException malformed) {
            throw new IOException(uri + " answered no JSON object: " + malformed.getMessage(), malformed);
        }
    }
}
