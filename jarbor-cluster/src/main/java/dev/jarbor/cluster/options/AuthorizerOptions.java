package dev.jarbor.cluster.options;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.server.access.AuthorizationConfiguration;
import dev.jarbor.server.access.AuthorizationMode;
import dev.jarbor.server.access.FollowedAuthorizers;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.abac.AbacPolicies;
import dev.jarbor.server.auth.webhook.AuthorizationWebhook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** The options about who decides what callers may do: a configuration file, or modes with their flags. */
final class AuthorizerOptions implements AuthorizationConfiguration.Surroundings {
    private static final String FILE = "authorization-config";

    private final OptionValues values;

    AuthorizerOptions(OptionValues values) {
        this.values = values;
    }

    /** The modes of the flag; those by default where a file says them. */
    List<String> modes() {
        return values.list("authorization-mode", List.of("Node", "RBAC"));
    }

    AuthorizationSettings settings() {
        if (values.has(FILE)) {
            return followed();
        }
        List<String> modes = modes();
        if (modes.isEmpty()) {
            throw new WrongOption(values.where("authorization-mode") + " names no mode");
        }
        for (String needed : List.of(
                "authorization-webhook-config-file",
                "authorization-webhook-version",
                "authorization-webhook-cache-authorized-ttl",
                "authorization-webhook-cache-unauthorized-ttl")) {
            requireMode(needed, "Webhook", modes);
        }
        requireMode("authorization-policy-file", "ABAC", modes);
        var chain = new ArrayList<AuthorizerSource>();
        var seen = new LinkedHashSet<String>();
        for (String mode : modes) {
            if (!seen.add(mode)) {
                throw new WrongOption(values.where("authorization-mode") + " names " + mode + " twice");
            }
            chain.add(source(mode));
        }
        return new AuthorizationSettings(chain);
    }

    private void requireMode(String option, String mode, List<String> modes) {
        if (values.has(option) && !modes.contains(mode)) {
            throw new WrongOption(values.where(option) + " means nothing without " + mode + " in --authorization-mode");
        }
    }

    private AuthorizerSource source(String mode) {
        return switch (mode) {
            case "Webhook" ->
                new AuthorizationWebhook(
                        KubeconfigOptions.endpoint(values, "authorization-webhook-config-file")
                                .orElseThrow(() -> new WrongOption(values.where("authorization-mode")
                                        + ": Webhook needs --authorization-webhook-config-file too")),
                        AuthorizationWebhook.TIMEOUT,
                        version(),
                        values.duration("authorization-webhook-cache-authorized-ttl", Duration.ofMinutes(5)),
                        values.duration("authorization-webhook-cache-unauthorized-ttl", Duration.ofSeconds(30)),
                        Authorizer.Verdict.NO_OPINION,
                        List.of());
            case "ABAC" -> policies();
            default ->
                List.of(AuthorizationMode.values()).stream()
                        .filter(known -> known.word().equals(mode))
                        .findFirst()
                        .orElseThrow(() -> new WrongOption(values.where("authorization-mode") + ": " + mode
                                + " is none of Node, RBAC, Webhook, ABAC, AlwaysAllow, AlwaysDeny"));
        };
    }

    private String version() {
        String version = values.text("authorization-webhook-version").orElse("v1");
        if (!version.equals("v1") && !version.equals("v1beta1")) {
            throw new WrongOption(
                    values.where("authorization-webhook-version") + ": " + version + " is neither v1 nor v1beta1");
        }
        return version;
    }

    private AuthorizationSettings followed() {
        values.refuseBoth(FILE, "authorization-mode");
        for (String flag : List.of(
                "authorization-webhook-config-file",
                "authorization-webhook-version",
                "authorization-webhook-cache-authorized-ttl",
                "authorization-webhook-cache-unauthorized-ttl")) {
            values.refuseBoth(FILE, flag);
        }
        var followed = new FollowedAuthorizers(
                values.path(FILE).orElseThrow(), values.content(FILE).orElseThrow(), this);
        try {
            followed.configuration();
        } catch (IllegalArgumentException | UncheckedIOException | DecodeException malformed) {
            throw new WrongOption(values.where(FILE) + ": " + malformed.getMessage(), malformed);
        }
        return new AuthorizationSettings(List.of(followed));
    }

    @Override
    public AuthorizerSource abac() {
        return policies();
    }

    @Override
    public ClientConfig kubeconfig(Path file) {
        try {
            String text = Files.readString(file);
            if (Yaml.parse(text) instanceof ObjectValue object) {
                return new KubeConfig(
                                object, Optional.ofNullable(file.getParent()).orElse(file))
                        .client();
            }
            throw new IllegalArgumentException(file + " is no kubeconfig");
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }

    @Override
    public ClientConfig inCluster() {
        return ClientConfig.inCluster(System.getenv());
    }

    private AbacPolicies policies() {
        String text = values.content("authorization-policy-file")
                .orElseThrow(() -> new WrongOption(
                        values.where("authorization-mode") + ": ABAC needs --authorization-policy-file too"));
        try {
            return AbacPolicies.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw new WrongOption(values.where("authorization-policy-file") + ": " + malformed.getMessage(), malformed);
        }
    }
}
