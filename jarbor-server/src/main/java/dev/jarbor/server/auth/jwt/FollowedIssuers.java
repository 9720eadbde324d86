package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.Refusals;
import dev.jarbor.server.auth.TokenAuthenticator;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.reload.FollowedFile;
import dev.jarbor.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The issuers of an AuthenticationConfiguration in a file, which change with it. What it says of callers that bring nothing
 * does not.
 *
 * @param content the file's, when it was read
 * @param disallowedIssuers see {@link AuthenticationConfiguration#of}
 */
public record FollowedIssuers(Path file, String content, List<String> disallowedIssuers) implements TokenSource {
    public FollowedIssuers {
        disallowedIssuers = List.copyOf(disallowedIssuers);
    }

    /** @throws IllegalArgumentException naming what is wrong with the content */
    public AuthenticationConfiguration configuration() {
        return configuration(content);
    }

    private AuthenticationConfiguration configuration(String text) {
        if (Yaml.parse(text) instanceof ObjectValue object) {
            return AuthenticationConfiguration.of(object, disallowedIssuers);
        }
        throw new IllegalArgumentException("there is no YAML object in it");
    }

    @Override
    public TokenAuthenticator open(Store store, Runtime runtime) {
        return new Following(this, store, runtime);
    }

    private List<TokenAuthenticator> open(String text, Store store, Runtime runtime) {
        return configuration(text).jwt().stream()
                .map(source -> source.open(store, runtime))
                .toList();
    }

    private static final class Following implements TokenAuthenticator {
        private final FollowedFile file;
        private volatile List<TokenAuthenticator> issuers;

        Following(FollowedIssuers settings, Store store, Runtime runtime) {
            issuers = settings.open(settings.content(), store, runtime);
            file = FollowedFile.of(
                    settings.file(),
                    settings.content(),
                    runtime,
                    text -> issuers = settings.open(text, store, runtime));
        }

        @Override
        public Identity authenticate(String token, List<String> audiences) {
            file.lookIfDue();
            var reasons = new ArrayList<String>();
            for (TokenAuthenticator issuer : issuers) {
                switch (issuer.authenticate(token, audiences)) {
                    case Identity.Known known -> {
                        return known;
                    }
                    case Identity.Refused(String reason) -> reasons.add(reason);
                    case Identity.Unknown ignored -> {}
                }
            }
            return reasons.isEmpty() ? Identity.UNKNOWN : new Identity.Refused(Refusals.aggregate(reasons));
        }
    }
}
