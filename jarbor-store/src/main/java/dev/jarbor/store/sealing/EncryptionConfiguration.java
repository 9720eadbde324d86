package dev.jarbor.store.sealing;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.codec.KnownFields;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How chosen resources are sealed: an {@code EncryptionConfiguration} of {@code apiserver.config.k8s.io/v1}. The first entry
 * that names a resource counts for it; of its providers the first seals and all open, which is how keys are rotated.
 *
 * @param resources what is chosen ({@code secrets}, {@code *.apps}, {@code *.} for the core group, {@code *.*}), each with its
 *     providers, in the order in which they count
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/">Encrypting confidential data at rest</a>
 */
public record EncryptionConfiguration(Map<String, List<Provider>> resources) {
    static final List<Integer> AES_SIZES = List.of(16, 24, 32);

    private static final String VERSION = "apiserver.config.k8s.io/v1";
    private static final KnownFields FIELDS = KnownFields.of(
            "apiVersion",
            "kind",
            "resources.resources",
            "resources.providers.aesgcm.keys.name",
            "resources.providers.aesgcm.keys.secret",
            "resources.providers.aescbc.keys.name",
            "resources.providers.aescbc.keys.secret",
            "resources.providers.secretbox.keys.name",
            "resources.providers.secretbox.keys.secret",
            "resources.providers.identity",
            "resources.providers.kms.apiVersion",
            "resources.providers.kms.name",
            "resources.providers.kms.endpoint",
            "resources.providers.kms.cachesize",
            "resources.providers.kms.timeout");

    /** One way of sealing. */
    public sealed interface Provider {}

    /** As it is. */
    public record Identity() implements Provider {}

    /**
     * Keys that stand in the configuration.
     *
     * @param kind {@code aesgcm}, {@code aescbc} or {@code secretbox}
     */
    public record Keys(String kind, List<NamedKey> keys) implements Provider {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /** A key by its name, which is written before what it seals. */
    @SuppressWarnings("ArrayRecordComponent") // a key: never compared
    public record NamedKey(String name, byte[] secret) {}

    /**
     * A KMS plugin of version 2.
     *
     * @param endpoint its socket, such as {@code unix:///var/run/kms.sock}
     * @param timeout how long a call may take
     */
    public record Kms(String name, String endpoint, Duration timeout) implements Provider {}

    public EncryptionConfiguration {
        resources = new LinkedHashMap<>(resources);
    }

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming what is wrong and where, in the reference's words
     */
    public static EncryptionConfiguration of(ObjectValue configuration) {
        if (!configuration.string("apiVersion").equals(VERSION)
                || !configuration.string("kind").equals("EncryptionConfiguration")) {
            throw new IllegalArgumentException("no kind " + GoText.quote(configuration.string("kind"))
                    + " is registered for version " + GoText.quote(configuration.string("apiVersion"))
                    + ": it must be an EncryptionConfiguration of " + VERSION);
        }
        FIELDS.require(configuration);
        List<FieldError> faults = EncryptionRules.faults(configuration);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(FieldError.aggregate(faults));
        }
        var chosen = new LinkedHashMap<String, List<Provider>>();
        for (ObjectValue entry : configuration.list("resources").objects()) {
            List<Provider> providers = entry.list("providers").objects().stream()
                    .map(EncryptionConfiguration::provider)
                    .toList();
            for (String resource : entry.list("resources").strings()) {
                requireUnmasked(resource, chosen);
                chosen.computeIfAbsent(resource, absent -> new ArrayList<>()).addAll(providers);
            }
        }
        return new EncryptionConfiguration(chosen);
    }

    private static void requireUnmasked(String resource, Map<String, List<Provider>> earlier) {
        for (String wide : List.of("*." + group(resource), "*.*")) {
            if (earlier.containsKey(wide) && !wide.equals(resource)) {
                throw new IllegalArgumentException(
                        "resource " + GoText.quote(resource) + " is masked by earlier rule " + GoText.quote(wide));
            }
        }
    }

    static String group(String resource) {
        int dot = resource.indexOf('.');
        return dot < 0 ? "" : resource.substring(dot + 1);
    }

    private static Provider provider(ObjectValue said) {
        String kind = said.names().getFirst();
        return switch (kind) {
            case "identity" -> new Identity();
            case "kms" -> {
                ObjectValue kms = said.object("kms");
                String timeout = kms.string("timeout");
                yield new Kms(
                        kms.string("name"),
                        kms.string("endpoint"),
                        timeout.isEmpty() ? EncryptionRules.KMS_TIMEOUT : GoDuration.parse(timeout));
            }
            default ->
                new Keys(
                        kind,
                        said.object(kind).list("keys").objects().stream()
                                .map(key -> new NamedKey(
                                        key.string("name"), Base64.getDecoder().decode(key.string("secret"))))
                                .toList());
        };
    }

    /**
     * Puts it to use where no KMS plugins can be reached.
     *
     * @throws IllegalArgumentException where it names one
     */
    public EncryptionProviders open(Runtime runtime) {
        return open(
                kms -> {
                    throw new IllegalArgumentException("the KMS plugin " + kms.name() + " cannot be reached from here");
                },
                runtime);
    }

    /**
     * Puts it to use. What it starts ends with {@link EncryptionProviders#close}.
     *
     * @param services makes the connection to a KMS plugin; the first call of it may be what fails
     */
    public EncryptionProviders open(Function<Kms, KeyService> services, Runtime runtime) {
        var plugins = new ArrayList<KmsSealer>();
        var known = new LinkedHashMap<Provider, List<Sealer>>();
        var sealers = new LinkedHashMap<String, List<Sealer>>();
        resources.forEach((resource, providers) -> {
            var all = new ArrayList<Sealer>();
            for (Provider provider : providers) {
                all.addAll(known.computeIfAbsent(provider, one -> sealers(one, services, runtime, plugins)));
            }
            sealers.put(resource, List.copyOf(all));
        });
        return new EncryptionProviders(sealers, plugins);
    }

    private static List<Sealer> sealers(
            Provider provider, Function<Kms, KeyService> services, Runtime runtime, List<KmsSealer> plugins) {
        return switch (provider) {
            case Identity ignored -> List.of(new Plain());
            case Keys(String kind, List<NamedKey> keys) ->
                keys.stream().map(key -> sealer(kind, key, runtime)).toList();
            case Kms kms -> {
                KmsSealer plugin = KmsSealer.open(kms.name(), services.apply(kms), runtime);
                plugins.add(plugin);
                yield List.of(plugin);
            }
        };
    }

    private static Sealer sealer(String kind, NamedKey key, Runtime runtime) {
        String prefix = "k8s:enc:" + kind + ":v1:" + key.name() + ":";
        return switch (kind) {
            case "secretbox" -> new SecretboxSealer(prefix, key.secret(), runtime.secureRandom());
            case "aesgcm" -> new AesSealer(prefix, AesKey.gcm(key.secret()), runtime.secureRandom());
            default -> new AesSealer(prefix, AesKey.cbc(key.secret()), runtime.secureRandom());
        };
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
