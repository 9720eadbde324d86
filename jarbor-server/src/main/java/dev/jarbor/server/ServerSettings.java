package dev.jarbor.server;

import dev.jarbor.server.access.AuthorizationMode;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.audit.AuditSettings;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.TokenKey;
import dev.jarbor.server.auth.User;

/**
 * What a cluster's owner decides about its API server, one record for each of its parts; built up from {@link #DEFAULT}.
 *
 * @param network the addresses and ports that the server gives away and is reached by
 * @param authentication how callers may show who they are
 * @param authorization who decides what they may do
 * @param admission which plugins look at what they write
 * @param audit what is recorded of their requests
 */
public record ServerSettings(
        NetworkSettings network,
        AuthenticationSettings authentication,
        AuthorizationSettings authorization,
        AdmissionSettings admission,
        AuditSettings audit) {
    public static final ServerSettings DEFAULT = new ServerSettings(
            NetworkSettings.DEFAULT,
            AuthenticationSettings.DEFAULT,
            AuthorizationMode.DEFAULT,
            AdmissionSettings.DEFAULT,
            AuditSettings.OFF);

    public ServerSettings withNetwork(NetworkSettings other) {
        return new ServerSettings(other, authentication, authorization, admission, audit);
    }

    public ServerSettings withAuthentication(AuthenticationSettings other) {
        return new ServerSettings(network, other, authorization, admission, audit);
    }

    public ServerSettings withAuthorization(AuthorizationSettings other) {
        return new ServerSettings(network, authentication, other, admission, audit);
    }

    public ServerSettings withAdmission(AdmissionSettings other) {
        return new ServerSettings(network, authentication, authorization, other, audit);
    }

    public ServerSettings withAudit(AuditSettings other) {
        return new ServerSettings(network, authentication, authorization, admission, other);
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
