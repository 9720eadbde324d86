package dev.jarbor.cluster.options;

import dev.jarbor.store.sealing.EncryptionConfiguration;
import java.nio.file.Path;
import java.util.Map;

/**
 * How objects are sealed before they are written to a disk.
 *
 * @param configuration what is sealed, and how
 * @param file where it was read
 * @param content the file's, when it was read
 * @param followed whether changes of the file are taken up
 */
public record EncryptionSettings(EncryptionConfiguration configuration, Path file, String content, boolean followed) {
    /** Nothing is sealed. */
    public static final EncryptionSettings NONE =
            new EncryptionSettings(new EncryptionConfiguration(Map.of()), Path.of(""), "", false);

    private static final String FILE = "encryption-provider-config";
    private static final String FOLLOWED = "encryption-provider-config-automatic-reload";

    /** @throws WrongOption where the file cannot be used */
    public static EncryptionSettings of(OptionValues values) {
        values.requireFor(FOLLOWED, FILE);
        return KubeconfigOptions.object(values, FILE, EncryptionConfiguration::of)
                .map(configuration -> new EncryptionSettings(
                        configuration,
                        values.path(FILE).orElseThrow(),
                        values.content(FILE).orElseThrow(),
                        values.flag(FOLLOWED, false)))
                .orElse(NONE);
    }
}
