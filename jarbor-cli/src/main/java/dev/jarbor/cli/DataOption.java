package dev.jarbor.cli;

import dev.jarbor.cluster.DataFolder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --data DIR}, which names the cluster a command speaks of. */
final class DataOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of the cluster (default: $JARBOR_DATA, else ~/.jarbor).")
    private @Nullable Path path;

    DataFolder folder() {
        if (path != null) {
            return new DataFolder(path);
        }
        String fromEnvironment = System.getenv("JARBOR_DATA");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return new DataFolder(Path.of(fromEnvironment));
        }
        return new DataFolder(Path.of(System.getProperty("user.home"), ".jarbor"));
    }
}
