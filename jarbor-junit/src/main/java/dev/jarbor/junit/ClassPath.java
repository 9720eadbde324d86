package dev.jarbor.junit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** Files beside the classes of tests. */
final class ClassPath {
    private ClassPath() {}

    /** @param name from the root with a slash before it, from the package of {@code near} otherwise */
    static String text(Class<?> near, String name) {
        try (InputStream found = near.getResourceAsStream(name)) {
            if (found == null) {
                throw new ExtensionConfigurationException("there is no file " + name + " on the class path of "
                        + near.getName() + "; a name from the root begins with a slash");
            }
            return new String(found.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unread) {
            throw new UncheckedIOException(unread);
        }
    }
}
