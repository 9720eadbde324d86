package dev.jarbor.server.access;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.KnownFields;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.webhook.AuthorizationWebhook;
import dev.jarbor.server.auth.webhook.ReviewCondition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who decides what callers may do, and in which order: an {@code AuthorizationConfiguration} of {@code
 * apiserver.config.k8s.io}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization">Configuring
 *     the API server using an authorization config file</a>
 */
public record AuthorizationConfiguration(List<Named> authorizers) {
    private static final String GROUP = "apiserver.config.k8s.io/";
    private static final List<String> VERSIONS = List.of("v1", "v1beta1", "v1alpha1");
    private static final KnownFields FIELDS = KnownFields.of(
            "apiVersion",
            "kind",
            "authorizers.type",
            "authorizers.name",
            "authorizers.webhook.authorizedTTL",
            "authorizers.webhook.cacheAuthorizedRequests",
            "authorizers.webhook.unauthorizedTTL",
            "authorizers.webhook.cacheUnauthorizedRequests",
            "authorizers.webhook.timeout",
            "authorizers.webhook.subjectAccessReviewVersion",
            "authorizers.webhook.matchConditionSubjectAccessReviewVersion",
            "authorizers.webhook.failurePolicy",
            "authorizers.webhook.connectionInfo.type",
            "authorizers.webhook.connectionInfo.kubeConfigFile",
            "authorizers.webhook.matchConditions.expression");

    public AuthorizationConfiguration {
        authorizers = List.copyOf(authorizers);
    }

    /** One of them. */
    public record Named(String type, String name, AuthorizerSource source) {}

    /** What a configuration refers to and does not hold itself. */
    public interface Surroundings {
        /** The policies of the type ABAC. */
        AuthorizerSource abac();

        /** What the current context of a kubeconfig describes. */
        ClientConfig kubeconfig(Path file);

        /** The API server that the pod's own service account is for. */
        ClientConfig inCluster();
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming what is wrong and where, in the reference's words
     */
    public static AuthorizationConfiguration of(ObjectValue said, Surroundings surroundings) {
        String version = said.string("apiVersion");
        boolean known = VERSIONS.stream().anyMatch(one -> version.equals(GROUP + one));
        if (!known || !said.string("kind").equals("AuthorizationConfiguration")) {
            throw new IllegalArgumentException("no kind " + GoText.quote(said.string("kind"))
                    + " is registered for version " + GoText.quote(version)
                    + ": it must be an AuthorizationConfiguration of " + GROUP + "v1");
        }
        FIELDS.require(said);
        List<FieldError> faults = new AuthorizationRules().check(said);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(FieldError.aggregate(faults));
        }
        return new AuthorizationConfiguration(said.list("authorizers").objects().stream()
                .map(entry -> new Named(entry.string("type"), entry.string("name"), source(entry, surroundings)))
                .toList());
    }

    private static AuthorizerSource source(ObjectValue entry, Surroundings surroundings) {
        return switch (entry.string("type")) {
            case "Webhook" -> webhook(entry.object("webhook"), surroundings);
            case "ABAC" -> surroundings.abac();
            default ->
                Arrays.stream(AuthorizationMode.values())
                        .filter(mode -> mode.word().equals(entry.string("type")))
                        .findFirst()
                        .orElseThrow();
        };
    }

    private static AuthorizationWebhook webhook(ObjectValue said, Surroundings surroundings) {
        ObjectValue connection = said.object("connectionInfo");
        return new AuthorizationWebhook(
                connection.string("type").equals("InClusterConfig")
                        ? surroundings.inCluster()
                        : surroundings.kubeconfig(Path.of(connection.string("kubeConfigFile"))),
                GoDuration.parse(said.string("timeout")),
                said.string("subjectAccessReviewVersion"),
                holds(said, "authorizedTTL", "cacheAuthorizedRequests", AuthorizationRules.AUTHORIZED_TTL),
                holds(said, "unauthorizedTTL", "cacheUnauthorizedRequests", AuthorizationRules.UNAUTHORIZED_TTL),
                said.string("failurePolicy").equals("Deny") ? Authorizer.Verdict.DENIED : Authorizer.Verdict.NO_OPINION,
                said.list("matchConditions").objects().stream()
                        .map(condition -> ReviewCondition.of(condition.string("expression")))
                        .toList());
    }

    private static Duration holds(ObjectValue said, String field, String remembered, Duration otherwise) {
        if (said.has(remembered) && !said.bool(remembered)) {
            return Duration.ZERO;
        }
        return said.has(field) ? GoDuration.parse(said.string(field)) : otherwise;
    }

    /** The types that do not come and go while a server runs. */
    Set<String> fixed() {
        var fixed = new TreeSet<String>();
        for (Named one : authorizers) {
            if (one.type().equals("Node") || one.type().equals("RBAC")) {
                fixed.add(one.type());
            }
        }
        return fixed;
    }
}
