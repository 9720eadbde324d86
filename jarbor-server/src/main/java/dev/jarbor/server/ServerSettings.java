package dev.jarbor.server;

import dev.jarbor.server.auth.TokenKey;
import dev.jarbor.server.auth.User;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a cluster's owner decides about its API server; built up from {@link #DEFAULT}.
 *
 * @param serviceCidr the IPv4 range that Services get their cluster IPs from; its first address is the API server's own
 * @param firstNodePort the lowest port that Services may have on nodes
 * @param lastNodePort the highest such port
 * @param publicPort the port under which clients reach the server, shown in the {@code kubernetes} Service's target port
 * @param tokenIssuer the {@code iss} claim of service account tokens, and their default audience
 * @param tokenKey signs and checks service account tokens
 * @param staticTokens users by bearer token, for clients that cannot do better
 */
public record ServerSettings(
        String serviceCidr,
        int firstNodePort,
        int lastNodePort,
        int publicPort,
        String tokenIssuer,
        TokenKey tokenKey,
        SortedMap<String, User> staticTokens) {
    public static final ServerSettings DEFAULT = new ServerSettings(
            "10.43.0.0/16",
            30000,
            32767,
            6443,
            "https://kubernetes.default.svc.cluster.local",
            TokenKey.generatedWhenNeeded(),
            new TreeMap<>());

    public ServerSettings {
        staticTokens = Collections.unmodifiableSortedMap(new TreeMap<>(staticTokens));
    }

    public ServerSettings withServiceCidr(String cidr) {
        return new ServerSettings(cidr, firstNodePort, lastNodePort, publicPort, tokenIssuer, tokenKey, staticTokens);
    }

    public ServerSettings withNodePorts(int first, int last) {
        return new ServerSettings(serviceCidr, first, last, publicPort, tokenIssuer, tokenKey, staticTokens);
    }

    public ServerSettings withPublicPort(int port) {
        return new ServerSettings(serviceCidr, firstNodePort, lastNodePort, port, tokenIssuer, tokenKey, staticTokens);
    }

    public ServerSettings withTokenIssuer(String issuer) {
        return new ServerSettings(serviceCidr, firstNodePort, lastNodePort, publicPort, issuer, tokenKey, staticTokens);
    }

    public ServerSettings withTokenKey(TokenKey key) {
        return new ServerSettings(serviceCidr, firstNodePort, lastNodePort, publicPort, tokenIssuer, key, staticTokens);
    }

    public ServerSettings withStaticToken(String token, User user) {
        var tokens = new TreeMap<>(staticTokens);
        tokens.put(token, user);
        return new ServerSettings(serviceCidr, firstNodePort, lastNodePort, publicPort, tokenIssuer, tokenKey, tokens);
    }
}
