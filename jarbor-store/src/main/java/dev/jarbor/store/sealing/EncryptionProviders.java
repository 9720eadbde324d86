package dev.jarbor.store.sealing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An {@link EncryptionConfiguration} in use: its keys are at hand, its KMS plugins are looked after. */
public final class EncryptionProviders implements Sealing, AutoCloseable {
    private static final List<Sealer> PLAIN = List.of(new Plain());

    private final Map<String, List<Sealer>> resources;
    private final List<KmsSealer> plugins;

    EncryptionProviders(Map<String, List<Sealer>> resources, List<KmsSealer> plugins) {
        this.resources = new LinkedHashMap<>(resources);
        this.plugins = List.copyOf(plugins);
    }

    @Override
    public byte[] seal(String resource, String place, byte[] plain) {
        Sealer sealer = sealers(resource).getFirst();
        byte[] prefix = EncryptionConfiguration.bytes(sealer.prefix());
        try {
            byte[] content = sealer.seal(plain, EncryptionConfiguration.bytes(place));
            byte[] all = Arrays.copyOf(prefix, prefix.length + content.length);
            System.arraycopy(content, 0, all, prefix.length, content.length);
            return all;
        } catch (UnopenedException refused) {
            throw new SealedException(place, refused.reason());
        }
    }

    @Override
    public Opened open(String resource, String place, byte[] sealed) {
        List<Sealer> sealers = sealers(resource);
        var reasons = new ArrayList<String>();
        for (int i = 0; i < sealers.size(); i++) {
            Sealer sealer = sealers.get(i);
            if (sealer.isOf(sealed)) {
                try {
                    byte[] content = Arrays.copyOfRange(
                            sealed, EncryptionConfiguration.bytes(sealer.prefix()).length, sealed.length);
                    Opened opened = sealer.open(content, EncryptionConfiguration.bytes(place));
                    return new Opened(opened.plain(), opened.stale() || i > 0);
                } catch (UnopenedException wrong) {
                    // What is written as it is has no prefix to be meant by.
                    if (!sealer.prefix().isEmpty()) {
                        reasons.add(wrong.reason());
                    }
                }
            }
        }
        throw new SealedException(place, reasons.isEmpty() ? "no matching prefix found" : joined(reasons));
    }

    private List<Sealer> sealers(String resource) {
        for (String rule : List.of(resource, "*." + EncryptionConfiguration.group(resource), "*.*")) {
            List<Sealer> found = resources.get(rule);
            if (found != null) {
                return found;
            }
        }
        return PLAIN;
    }

    /** Whether keys are kept by KMS plugins, whose health then matters. */
    public boolean hasPlugins() {
        return !plugins.isEmpty();
    }

    /** What is wrong with the KMS plugins; empty where nothing is. It may ask them. */
    public Optional<String> objection() {
        List<String> all = plugins.stream()
                .map(KmsSealer::objection)
                .flatMap(Optional::stream)
                .toList();
        return all.isEmpty() ? Optional.empty() : Optional.of(joined(all));
    }

    private static String joined(List<String> reasons) {
        List<String> different = reasons.stream().distinct().toList();
        return different.size() == 1 ? different.getFirst() : "[" + String.join(", ", different) + "]";
    }

    /** Lets the plugins go; what is at hand still seals and opens for a while. */
    @Override
    public void close() {
        plugins.forEach(KmsSealer::close);
    }
}
