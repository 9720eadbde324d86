package dev.jarbor.store.sealing;

import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How chosen resources are sealed: an {@code EncryptionConfiguration} of {@code apiserver.config.k8s.io/v1}. The first entry
 * that names a resource counts for it; of its providers the first seals and all open, which is how keys are rotated.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/">Encrypting confidential data at rest</a>
 */
public final class EncryptionConfiguration implements Sealing {
    private static final String VERSION = "apiserver.config.k8s.io/v1";
    private static final List<Integer> KEY_BYTES = List.of(16, 24, 32);

    private final List<Entry> entries;

    record Entry(List<String> resources, List<Sealer> sealers) {
        boolean covers(String resource) {
            int dot = resource.indexOf('.');
            String group = dot < 0 ? "" : resource.substring(dot + 1);
            return resources.contains(resource) || resources.contains("*.*") || resources.contains("*." + group);
        }
    }

    EncryptionConfiguration(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads a configuration.
     *
     * @param random for the initial values of ciphers: a secure one wherever something is really written
     * @throws IllegalArgumentException naming what is wrong and where
     */
    public static EncryptionConfiguration of(ObjectValue configuration, RandomGenerator random) {
        if (!configuration.string("apiVersion").equals(VERSION)
                || !configuration.string("kind").equals("EncryptionConfiguration")) {
            throw new IllegalArgumentException("it is no EncryptionConfiguration of " + VERSION);
        }
        var entries = new ArrayList<Entry>();
        List<ObjectValue> said = configuration.list("resources").objects();
        for (int i = 0; i < said.size(); i++) {
            String where = "resources[" + i + "]";
            List<String> resources = said.get(i).list("resources").strings();
            if (resources.isEmpty()) {
                throw new IllegalArgumentException(where + ".resources: at least one resource is needed");
            }
            entries.add(new Entry(resources, sealers(said.get(i), where, random)));
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("resources: at least one entry is needed");
        }
        return new EncryptionConfiguration(entries);
    }

    private static List<Sealer> sealers(ObjectValue entry, String where, RandomGenerator random) {
        var sealers = new ArrayList<Sealer>();
        List<ObjectValue> providers = entry.list("providers").objects();
        for (int i = 0; i < providers.size(); i++) {
            String at = where + ".providers[" + i + "]";
            List<String> names = providers.get(i).names();
            if (names.size() != 1) {
                throw new IllegalArgumentException(at + ": exactly one of identity, aesgcm and aescbc is needed");
            }
            switch (names.getFirst()) {
                case "identity" -> sealers.add(new Plain());
                case "aesgcm" -> sealers.addAll(keys(providers.get(i).object("aesgcm"), at, true, random));
                case "aescbc" -> sealers.addAll(keys(providers.get(i).object("aescbc"), at, false, random));
                default ->
                    throw new IllegalArgumentException(
                            at + ": " + names.getFirst() + " is not supported; identity, aesgcm and aescbc are");
            }
        }
        if (sealers.isEmpty()) {
            throw new IllegalArgumentException(where + ".providers: at least one provider is needed");
        }
        return List.copyOf(sealers);
    }

    private static List<Sealer> keys(ObjectValue provider, String at, boolean authenticated, RandomGenerator random) {
        var sealers = new ArrayList<Sealer>();
        for (ObjectValue key : provider.list("keys").objects()) {
            String name = key.string("name");
            byte[] secret;
            try {
                secret = Base64.getDecoder().decode(key.string("secret"));
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(at + ": the secret of key " + name + " is not base64", malformed);
            }
            if (name.isEmpty() || name.contains(":")) {
                throw new IllegalArgumentException(at + ": a key needs a name without colons");
            }
            if (!KEY_BYTES.contains(secret.length)) {
                throw new IllegalArgumentException(at + ": the secret of key " + name + " has " + secret.length
                        + " bytes; 16, 24 or 32 are needed");
            }
            sealers.add(new AesSealer(name, secret, authenticated, random));
        }
        if (sealers.isEmpty()) {
            throw new IllegalArgumentException(at + ".keys: at least one key is needed");
        }
        return sealers;
    }

    @Override
    public byte[] seal(String resource, String place, byte[] plain) {
        Optional<Entry> entry = entry(resource);
        if (entry.isEmpty()) {
            return plain;
        }
        Sealer sealer = entry.get().sealers().getFirst();
        byte[] prefix = sealer.prefix().getBytes(StandardCharsets.US_ASCII);
        byte[] content = sealer.seal(plain, place.getBytes(StandardCharsets.UTF_8));
        byte[] all = Arrays.copyOf(prefix, prefix.length + content.length);
        System.arraycopy(content, 0, all, prefix.length, content.length);
        return all;
    }

    @Override
    public Opened open(String resource, String place, byte[] sealed) {
        List<Sealer> sealers = entry(resource).map(Entry::sealers).orElseGet(() -> List.of(new Plain()));
        for (Sealer sealer : sealers) {
            if (sealer.isOf(sealed)) {
                byte[] content = Arrays.copyOfRange(sealed, sealer.prefix().length(), sealed.length);
                Optional<byte[]> plain = sealer.open(content, place.getBytes(StandardCharsets.UTF_8));
                if (plain.isPresent()) {
                    return new Opened(plain.get(), !sealer.equals(sealers.getFirst()));
                }
            }
        }
        throw new SealedException("no key of the encryption configuration opens " + place + " of " + resource
                + ": give back the key that sealed it");
    }

    private Optional<Entry> entry(String resource) {
        return entries.stream().filter(entry -> entry.covers(resource)).findFirst();
    }

    /** What is written as it is. What another way has sealed is not plain, whatever the order of providers. */
    private record Plain() implements Sealer {
        private static final byte[] SEALED = "k8s:enc:".getBytes(StandardCharsets.US_ASCII);

        @Override
        public String prefix() {
            return "";
        }

        @Override
        public byte[] seal(byte[] plain, byte[] place) {
            return plain;
        }

        @Override
        public Optional<byte[]> open(byte[] sealed, byte[] place) {
            boolean isSealed =
                    sealed.length >= SEALED.length && Arrays.equals(sealed, 0, SEALED.length, SEALED, 0, SEALED.length);
            return isSealed ? Optional.empty() : Optional.of(sealed);
        }
    }
}
