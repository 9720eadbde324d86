package dev.jarbor.server;

import dev.jarbor.server.access.AuthorizationMode;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.audit.AuditSettings;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.TokenKey;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.registry.RuntimeConfig;
import java.time.Duration;

/**
 * What a cluster's owner decides about its API server, one record for each of its parts; built up from {@link #DEFAULT}.
 *
 * @param network the addresses and ports that the server gives away and is reached by
 * @param authentication how callers may show who they are
 * @param authorization who decides what they may do
 * @param admission which plugins look at what they write
 * @param audit what is recorded of their requests
 * @param features which features are on
 * @param apis which versions of the API are served
 * @param eventTtl how long events are kept after their last change
 * @param resourceMetrics whether it asks its nodes what they use, and serves that as {@code metrics.k8s.io}
 */
public record ServerSettings(
        NetworkSettings network,
        AuthenticationSettings authentication,
        AuthorizationSettings authorization,
        AdmissionSettings admission,
        AuditSettings audit,
        FeatureGates features,
        RuntimeConfig apis,
        Duration eventTtl,
        boolean resourceMetrics) {
    public static final ServerSettings DEFAULT = new ServerSettings(
            NetworkSettings.DEFAULT,
            AuthenticationSettings.DEFAULT,
            AuthorizationMode.DEFAULT,
            AdmissionSettings.DEFAULT,
            AuditSettings.OFF,
            FeatureGates.DEFAULT,
            RuntimeConfig.DEFAULT,
            Duration.ofHours(1),
            false);

    public ServerSettings withNetwork(NetworkSettings other) {
        return new ServerSettings(
                other, authentication, authorization, admission, audit, features, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withAuthentication(AuthenticationSettings other) {
        return new ServerSettings(
                network, other, authorization, admission, audit, features, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withAuthorization(AuthorizationSettings other) {
        return new ServerSettings(
                network, authentication, other, admission, audit, features, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withAdmission(AdmissionSettings other) {
        return new ServerSettings(
                network, authentication, authorization, other, audit, features, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withAudit(AuditSettings other) {
        return new ServerSettings(
                network, authentication, authorization, admission, other, features, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withFeatures(FeatureGates other) {
        return new ServerSettings(
                network, authentication, authorization, admission, audit, other, apis, eventTtl, resourceMetrics);
    }

    public ServerSettings withApis(RuntimeConfig other) {
        return new ServerSettings(
                network, authentication, authorization, admission, audit, features, other, eventTtl, resourceMetrics);
    }

    public ServerSettings withEventTtl(Duration other) {
        return new ServerSettings(
                network, authentication, authorization, admission, audit, features, apis, other, resourceMetrics);
    }

    public ServerSettings withResourceMetrics() {
        return new ServerSettings(
                network, authentication, authorization, admission, audit, features, apis, eventTtl, true);
    }

    public ServerSettings withServiceCidr(String cidr) {
        return withNetwork(network.withServiceCidr(cidr));
    }

    public ServerSettings withPublicPort(int port) {
        return withNetwork(network.withPublicPort(port));
    }

    public ServerSettings withTokenIssuer(String issuer) {
        return withAuthentication(authentication.withServiceAccounts(
                authentication.serviceAccounts().withIssuer(issuer)));
    }

    public ServerSettings withTokenKey(TokenKey key) {
        return withAuthentication(authentication.withServiceAccounts(
                authentication.serviceAccounts().withKey(key)));
    }

    public ServerSettings withStaticToken(String token, User user) {
        return withAuthentication(authentication.withStaticToken(token, user));
    }
}
