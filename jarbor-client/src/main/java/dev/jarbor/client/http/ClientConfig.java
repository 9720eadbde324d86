package dev.jarbor.client.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where an API server is and as whom to speak to it. Built up from {@link #of}; nothing is checked against the server
 * before the first request.
 *
 * @param server its URL, such as {@code https://10.0.0.1:6443}; may have a path
 * @param trust which servers to believe
 * @param credential who asks
 * @param impersonate whom to act as; empty for oneself
 * @param userAgent how to introduce oneself
 */
public record ClientConfig(
        URI server, Trust trust, Credential credential, Impersonation impersonate, String userAgent) {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    public ClientConfig {
        String scheme = String.valueOf(server.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("the server's URL must start with https:// or http://, not " + server);
        }
        if (server.getHost() == null) {
            throw new IllegalArgumentException("the server's URL names no host: " + server);
        }
    }

    /** A server that a public certificate authority vouches for, asked anonymously. */
    public static ClientConfig of(URI server) {
        return new ClientConfig(server, new Trust.System(), new Credential.Anonymous(), Impersonation.NONE, "jarbor");
    }

    public ClientConfig withTrust(Trust other) {
        return new ClientConfig(server, other, credential, impersonate, userAgent);
    }

    /** Believes servers with a certificate from the authorities in {@code pem}. */
    public ClientConfig withAuthority(String pem) {
        return withTrust(new Trust.Authorities(pem));
    }

    public ClientConfig withCredential(Credential other) {
        return new ClientConfig(server, trust, other, impersonate, userAgent);
    }

    /** Asks as whoever holds this token. */
    public ClientConfig withToken(String token) {
        return withCredential(new Credential.Token(token));
    }

    /** Asks as the subject of a client certificate. */
    public ClientConfig withCertificate(String certificatePem, String keyPem) {
        return withCredential(new Credential.Certificate(certificatePem, keyPem));
    }

    public ClientConfig withImpersonation(Impersonation other) {
        return new ClientConfig(server, trust, credential, other, userAgent);
    }

    public ClientConfig withUserAgent(String other) {
        return new ClientConfig(server, trust, credential, impersonate, other);
    }

    /**
     * What a pod's service account may use, from the pod's environment and the files mounted into it.
     *
     * @see <a href="https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/">Accessing the API from a Pod</a>
     */
    public static ClientConfig inCluster(Map<String, String> environment) {
        String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "");
        if (host.isEmpty() || port.isEmpty()) {
            throw new IllegalStateException(
                    "not in a pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set");
        }
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        try {
            return of(URI.create("https://" + bracketed + ":" + port))
                    .withAuthority(Files.readString(SERVICE_ACCOUNT.resolve("ca.crt")))
                    .withCredential(new Credential.TokenFile(SERVICE_ACCOUNT.resolve("token")));
        } catch (IOException missing) {
            throw new UncheckedIOException("cannot read the service account's files: " + missing.getMessage(), missing);
        }
    }

    /** Which servers to believe. */
    public sealed interface Trust {
        /** Those that the JDK's authorities vouch for. */
        record System() implements Trust {}

        /** Those with a certificate from one of these authorities, in PEM. */
        record Authorities(String pem) implements Trust {}

        /** Any server, whoever it is. Whoever is on the way can read and change everything. */
        record Anybody() implements Trust {}
    }

    /** Who asks. */
    public sealed interface Credential {
        /** Nobody in particular. */
        record Anonymous() implements Credential {}

        /** Whoever holds this token. */
        record Token(String token) implements Credential {
            @Override
            public String toString() {
                return "Token[…]";
            }
        }

        /** Whoever holds the token in this file, which is read again when it may have changed. */
        record TokenFile(Path file) implements Credential {}

        /** A user with a password. */
        record Password(String user, String password) implements Credential {
            @Override
            public String toString() {
                return "Password[user=" + user + "]";
            }
        }

        /** The subject of a certificate, whose key proves it; both in PEM. */
        record Certificate(String certificatePem, String keyPem) implements Credential {
            @Override
            public String toString() {
                return "Certificate[…]";
            }
        }
    }

    /**
     * Whom to act as.
     *
     * @param user "" for oneself
     * @param groups only together with a user
     * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation">User
     *     impersonation</a>
     */
    public record Impersonation(String user, String uid, List<String> groups) {
        public static final Impersonation NONE = new Impersonation("", "", List.of());

        public Impersonation {
            groups = List.copyOf(groups);
            if (user.isEmpty() && !(groups.isEmpty() && uid.isEmpty())) {
                throw new IllegalArgumentException("impersonating groups or a uid needs a user");
            }
        }
    }
}
