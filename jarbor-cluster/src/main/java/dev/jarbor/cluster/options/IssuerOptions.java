package dev.jarbor.cluster.options;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.server.auth.AnonymousAccess;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.auth.jwt.AuthenticationConfiguration;
import dev.jarbor.server.auth.jwt.FollowedIssuers;
import dev.jarbor.server.auth.jwt.OidcFlags;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The options about tokens that others issue: a configuration file, or flags for one issuer. */
final class IssuerOptions {
    private static final String FILE = "authentication-config";
    private static final String ISSUER = "oidc-issuer-url";
    private static final String CLIENT = "oidc-client-id";
    private static final List<String> FLAGS = List.of(
            ISSUER,
            CLIENT,
            "oidc-ca-file",
            "oidc-username-claim",
            "oidc-username-prefix",
            "oidc-groups-claim",
            "oidc-groups-prefix",
            "oidc-required-claim",
            "oidc-signing-algs");

    private final OptionValues values;
    private final Optional<FollowedIssuers> file;

    /** @param own the issuers of the server's own tokens */
    IssuerOptions(OptionValues values, List<String> own) {
        this.values = values;
        this.file = values.path(FILE)
                .map(path -> new FollowedIssuers(path, values.content(FILE).orElseThrow(), own));
    }

    List<TokenSource> sources() {
        if (file.isPresent()) {
            FLAGS.forEach(flag -> values.refuseBoth(FILE, flag));
            read(file.get());
            return List.of(file.get());
        }
        return flags().map(flags -> List.of(flags.source())).orElse(List.of());
    }

    /** @param otherwise where the file says nothing of it */
    AnonymousAccess anonymous(AnonymousAccess otherwise) {
        Optional<AuthenticationConfiguration> said =
                file.map(this::read).filter(AuthenticationConfiguration::saysAnonymous);
        if (said.isPresent() && values.has("anonymous-auth")) {
            throw new WrongOption(values.where("anonymous-auth") + " and the anonymous field of " + values.where(FILE)
                    + " contradict each other: give one of them");
        }
        return said.map(AuthenticationConfiguration::anonymous).orElse(otherwise);
    }

    private AuthenticationConfiguration read(FollowedIssuers followed) {
        try {
            return followed.configuration();
        } catch (IllegalArgumentException | DecodeException malformed) {
            throw new WrongOption(values.where(FILE) + ": " + malformed.getMessage(), malformed);
        }
    }

    private Optional<OidcFlags> flags() {
        for (String flag : FLAGS) {
            values.requireFor(flag, ISSUER);
            values.requireFor(flag, CLIENT);
        }
        Optional<String> issuer = values.text(ISSUER);
        if (issuer.isEmpty()) {
            return Optional.empty();
        }
        if (!isHttps(issuer.get())) {
            throw new WrongOption(values.where(ISSUER) + ": " + issuer.get() + " is no https URL");
        }
        PemOptions.certificates(values, "oidc-ca-file");
        var required = new TreeMap<String, String>();
        for (String pair : values.list("oidc-required-claim", List.of())) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                throw new WrongOption(values.where("oidc-required-claim") + ": " + pair + " is not claim=value");
            }
            required.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        List<String> algorithms = values.list("oidc-signing-algs", List.of("RS256"));
        for (String algorithm : algorithms) {
            if (!OidcFlags.ALGORITHMS.contains(algorithm)) {
                throw new WrongOption(values.where("oidc-signing-algs") + ": " + algorithm + " is none of "
                        + String.join(", ", OidcFlags.ALGORITHMS));
            }
        }
        return Optional.of(new OidcFlags(
                issuer.get(),
                values.text(CLIENT).orElse(""),
                values.content("oidc-ca-file").orElse(""),
                values.text("oidc-username-claim").orElse("sub"),
                values.text("oidc-username-prefix").orElse(""),
                values.text("oidc-groups-claim").orElse(""),
                values.text("oidc-groups-prefix").orElse(""),
                required,
                algorithms));
    }

    private static boolean isHttps(String url) {
        try {
            return "https".equals(URI.create(url).getScheme());
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
