package dev.jarbor.server.auth.abac;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The mode ABAC: a list of policies, each of which allows one user or group some requests.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/abac/">Using ABAC Authorization</a>
 */
public record AbacPolicies(List<Policy> policies) implements AuthorizerSource, Authorizer {
    private static final String VERSION = "abac.authorization.kubernetes.io/v1beta1";
    private static final Set<String> READS = Set.of("get", "list", "watch");
    private static final String ALL = "*";

    public AbacPolicies {
        policies = List.copyOf(policies);
    }

    /**
     * One line of the file; {@code *} stands for all, "" for none.
     *
     * @param readonly whether only reading is allowed
     */
    public record Policy(
            String user,
            String group,
            String namespace,
            String apiGroup,
            String resource,
            String path,
            boolean readonly) {
        private boolean allows(Attributes asked) {
            return isAbout(asked.user())
                    && (!readonly || READS.contains(asked.verb()))
                    && (asked.isResourceRequest() ? coversResource(asked) : coversPath(asked.path()));
        }

        private boolean isAbout(User asking) {
            if (user.isEmpty() && group.isEmpty()) {
                return false;
            }
            boolean rightUser = user.isEmpty()
                    || (user.equals(ALL) ? asking.groups().contains(User.AUTHENTICATED) : user.equals(asking.name()));
            boolean rightGroup =
                    group.isEmpty() || asking.groups().contains(group.equals(ALL) ? User.AUTHENTICATED : group);
            return rightUser && rightGroup;
        }

        private boolean coversResource(Attributes asked) {
            return covers(namespace, asked.namespace())
                    && covers(resource, asked.resource())
                    && covers(apiGroup, asked.group());
        }

        private static boolean covers(String allowed, String asked) {
            return allowed.equals(ALL) || allowed.equals(asked);
        }

        private boolean coversPath(String asked) {
            return path.equals(ALL)
                    || path.equals(asked)
                    || (path.endsWith(ALL) && asked.startsWith(path.substring(0, path.length() - 1)));
        }
    }

    /**
     * Reads a file of one JSON object a line; empty lines and lines that begin with {@code #} say nothing.
     *
     * @throws IllegalArgumentException naming the line that is no policy
     */
    public static AbacPolicies parse(String text) {
        var policies = new ArrayList<Policy>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            try {
                policies.add(read(Json.object(line)));
            } catch (DecodeException | IllegalArgumentException malformed) {
                throw new IllegalArgumentException("line " + number + ": " + malformed.getMessage(), malformed);
            }
        }
        return new AbacPolicies(policies);
    }

    private static Policy read(ObjectValue line) {
        if (!line.string("apiVersion").equals(VERSION) || !line.string("kind").equals("Policy")) {
            throw new IllegalArgumentException("not a Policy of " + VERSION);
        }
        ObjectValue spec = line.object("spec");
        return new Policy(
                spec.string("user"),
                spec.string("group"),
                spec.string("namespace"),
                spec.string("apiGroup"),
                spec.string("resource"),
                spec.string("nonResourcePath"),
                spec.bool("readonly"));
    }

    @Override
    public Authorizer open(Store store, Runtime runtime) {
        return this;
    }

    @Override
    public Decision decide(Attributes asked) {
        return policies.stream().anyMatch(policy -> policy.allows(asked))
                ? Decision.allow("")
                : Decision.noOpinion("No policy matched.");
    }

    @Override
    public Permissions permissions(User user, String namespace) {
        var grants = new ArrayList<Grant>();
        for (Policy policy : policies) {
            List<String> verbs = policy.readonly() ? List.of("get", "list", "watch") : List.of(ALL);
            boolean here = policy.namespace().equals(ALL) || policy.namespace().equals(namespace);
            if (policy.isAbout(user) && here && !policy.resource().isEmpty()) {
                grants.add(
                        new Grant(verbs, List.of(policy.apiGroup()), List.of(policy.resource()), List.of(), List.of()));
            }
            if (policy.isAbout(user) && !policy.path().isEmpty()) {
                grants.add(new Grant(verbs, List.of(), List.of(), List.of(), List.of(policy.path())));
            }
        }
        return new Permissions(grants, false, "");
    }
}
