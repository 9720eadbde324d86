package dev.jarbor.server.admission.image;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.KubeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What ImagePolicyWebhook is told.
 *
 * @param service whom it asks
 * @param allowed how long a yes holds; zero for not at all
 * @param denied how long a no holds
 * @param pause how long to wait before asking again a service that cannot answer just now
 * @param allowsByDefault whether pods are let in when there is no answer
 */
record ImagePolicySettings(
        ClientConfig service, Duration allowed, Duration denied, Duration pause, boolean allowsByDefault) {
    private static final Duration LONGEST_TTL = Duration.ofMinutes(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /**
     * Reads an {@code ImagePolicyWebhookConfiguration} of {@code imagepolicy.admission.k8s.io/v1alpha1}, or what it holds
     * without a version.
     *
     * @throws IllegalArgumentException where it is none, or names a kubeconfig that cannot be used
     */
    static ImagePolicySettings read(ObjectValue told) {
        ObjectValue policy = told.object("imagePolicy");
        String file = policy.string("kubeConfigFile");
        if (file.isEmpty()) {
            throw new IllegalArgumentException(
                    "ImagePolicyWebhook: no config specified: it needs imagePolicy with a kubeConfigFile");
        }
        return new ImagePolicySettings(
                service(Path.of(file)),
                seconds(policy, "allowTTL", Duration.ofMinutes(5)),
                seconds(policy, "denyTTL", Duration.ofSeconds(30)),
                millis(policy, "retryBackoff", Duration.ofMillis(500)),
                policy.bool("defaultAllow"));
    }

    private static ClientConfig service(Path file) {
        try {
            if (Yaml.parse(Files.readString(file)) instanceof ObjectValue config) {
                Path folder =
                        Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
                return new KubeConfig(config, folder).client();
            }
            throw new IllegalArgumentException("ImagePolicyWebhook: there is no YAML object in " + file);
        } catch (IOException | UncheckedIOException | DecodeException unusable) {
            throw new IllegalArgumentException(
                    "ImagePolicyWebhook: cannot use " + file + ": " + unusable.getMessage(), unusable);
        }
    }

    private static Duration seconds(ObjectValue policy, String name, Duration usual) {
        return within(
                policy.integer(name),
                Duration.ofSeconds(policy.integer(name)),
                LONGEST_TTL,
                usual,
                Duration.ofSeconds(1));
    }

    private static Duration millis(ObjectValue policy, String name, Duration usual) {
        return within(
                policy.integer(name),
                Duration.ofMillis(policy.integer(name)),
                LONGEST_PAUSE,
                usual,
                Duration.ofNanos(1));
    }

    /** Nothing or 0 means the usual, -1 none at all. */
    private static Duration within(long said, Duration value, Duration most, Duration usual, Duration least) {
        if (said == 0) {
            return usual;
        }
        if (said == -1) {
            return Duration.ZERO;
        }
        if (value.compareTo(least) <= 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("ImagePolicyWebhook: valid value is between " + least.toSeconds()
                    + "s and " + most.toSeconds() + "s, got " + value.toMillis() + "ms");
        }
        return value;
    }
}
