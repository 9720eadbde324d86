package dev.jarbor.cluster.options;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.KubeConfig;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Options that name files of YAML: kubeconfigs of services, and objects. */
final class KubeconfigOptions {
    private KubeconfigOptions() {}

    /** What the current context of the kubeconfig in the file of option {@code name} describes. */
    static Optional<ClientConfig> endpoint(OptionValues values, String name) {
        return object(values, name, object -> {
            Path file = values.path(name).orElseThrow().toAbsolutePath();
            return new KubeConfig(object, Optional.ofNullable(file.getParent()).orElse(file)).client();
        });
    }

    /** What {@code read} makes of the object in the file of option {@code name}. */
    static <T> Optional<T> object(OptionValues values, String name, Function<ObjectValue, T> read) {
        return values.content(name).map(text -> {
            try {
                if (Yaml.parse(text) instanceof ObjectValue object) {
                    return read.apply(object);
                }
                throw new IllegalArgumentException("there is no YAML object in it");
            } catch (IllegalArgumentException | UncheckedIOException | DecodeException malformed) {
                throw new WrongOption(values.where(name) + ": " + malformed.getMessage(), malformed);
            }
        });
    }
}
