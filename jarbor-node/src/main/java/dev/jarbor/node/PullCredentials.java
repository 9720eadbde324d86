package dev.jarbor.node;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.runtime.RegistryCredentials;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The registry users that a pod's {@code imagePullSecrets} hold (Kubernetes: Images, "Using a private registry"). */
final class PullCredentials {
    private PullCredentials() {}

    /** The users for {@code registry}, in the order of the secrets; broken and missing secrets are passed over. */
    static List<RegistryCredentials> of(Pod pod, String registry, PodReferences references) {
        var found = new ArrayList<RegistryCredentials>();
        for (var reference : pod.spec().imagePullSecrets()) {
            references
                    .secret(pod.namespace(), reference.name())
                    .map(PullCredentials::servers)
                    .ifPresent(servers -> servers.forEach((server, entry) -> {
                        if (matches(server, registry) && entry instanceof ObjectValue user) {
                            credentials(user).ifPresent(found::add);
                        }
                    }));
        }
        return found;
    }

    private static ObjectValue servers(Secret secret) {
        byte[] config = secret.dataBytes().get(".dockerconfigjson");
        boolean modern = config != null;
        byte[] text = modern ? config : secret.dataBytes().get(".dockercfg");
        if (text == null) {
            return ObjectValue.EMPTY;
        }
        try {
            ObjectValue parsed = Json.object(text);
            return modern ? parsed.object("auths") : parsed;
        } catch (DecodeException broken) {
            return ObjectValue.EMPTY;
        }
    }

    private static Optional<RegistryCredentials> credentials(ObjectValue entry) {
        String user = entry.string("username");
        String password = entry.string("password");
        if (user.isEmpty() && !entry.string("auth").isEmpty()) {
            try {
                String both = new String(Base64.getDecoder().decode(entry.string("auth")), StandardCharsets.UTF_8);
                int colon = both.indexOf(':');
                if (colon < 0) {
                    return Optional.empty();
                }
                user = both.substring(0, colon);
                password = both.substring(colon + 1);
            } catch (IllegalArgumentException notBase64) {
                return Optional.empty();
            }
        }
        return user.isEmpty() && entry.string("identitytoken").isEmpty()
                ? Optional.empty()
                : Optional.of(new RegistryCredentials(user, password, entry.string("identitytoken")));
    }

    /** Whether a key of the file, such as {@code https://index.docker.io/v1/}, speaks of {@code registry}. */
    static boolean matches(String server, String registry) {
        String host = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        if (host.equals("index.docker.io") || host.equals("registry-1.docker.io")) {
            host = "docker.io";
        }
        if (host.startsWith("*.")) {
            int dot = registry.indexOf('.');
            return dot > 0 && registry.substring(dot).equals(host.substring(1));
        }
        return host.equals(registry);
    }
}
