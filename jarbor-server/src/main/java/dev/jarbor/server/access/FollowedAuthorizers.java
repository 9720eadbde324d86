package dev.jarbor.server.access;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerChain;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.reload.FollowedFile;
import dev.jarbor.store.Store;
import java.nio.file.Path;

/**
 * The authorizers of an AuthorizationConfiguration in a file, which change with it, except that the types Node and RBAC
 * neither come nor go.
 *
 * @param content the file's, when it was read
 */
public record FollowedAuthorizers(Path file, String content, AuthorizationConfiguration.Surroundings surroundings)
        implements AuthorizerSource {
    /** @throws IllegalArgumentException naming what is wrong with the content */
    public AuthorizationConfiguration configuration() {
        return configuration(content);
    }

    private AuthorizationConfiguration configuration(String text) {
        if (Yaml.parse(text) instanceof ObjectValue object) {
            return AuthorizationConfiguration.of(object, surroundings);
        }
        throw new IllegalArgumentException("there is no YAML object in it");
    }

    @Override
    public Authorizer open(Store store, Runtime runtime) {
        return new Following(this, store, runtime);
    }

    private static final class Following implements Authorizer {
        private final FollowedFile file;
        private volatile Authorizer chain;

        Following(FollowedAuthorizers settings, Store store, Runtime runtime) {
            AuthorizationConfiguration first = settings.configuration();
            chain = chain(first, store, runtime);
            file = FollowedFile.of(settings.file(), settings.content(), runtime, text -> {
                AuthorizationConfiguration next = settings.configuration(text);
                if (!next.fixed().equals(first.fixed())) {
                    throw new IllegalArgumentException(
                            "authorizers of type Node and RBAC cannot be added or removed on reload");
                }
                chain = chain(next, store, runtime);
            });
        }

        private static Authorizer chain(AuthorizationConfiguration configuration, Store store, Runtime runtime) {
            return new AuthorizerChain(configuration.authorizers().stream()
                    .map(one -> one.source().open(store, runtime))
                    .toList());
        }

        @Override
        public Decision decide(Attributes attributes) {
            file.lookIfDue();
            return chain.decide(attributes);
        }

        @Override
        public Permissions permissions(User user, String namespace) {
            return chain.permissions(user, namespace);
        }
    }
}
