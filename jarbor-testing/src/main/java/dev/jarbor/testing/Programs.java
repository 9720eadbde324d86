package dev.jarbor.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs of this machine that tests use. */
public final class Programs {
    private Programs() {}

    /** The kubectl to test with: {@code JARBOR_TEST_KUBECTL}, else the one on the path. */
    public static Path kubectl() {
        return findKubectl().orElseThrow(() -> new IllegalStateException("no kubectl: annotate with @NeedsKubectl"));
    }

    /** The helm to test with: {@code JARBOR_TEST_HELM}, else the one on the path. */
    public static Path helm() {
        return findHelm().orElseThrow(() -> new IllegalStateException("no helm: annotate with @NeedsHelm"));
    }

    /**
     * The test program with the client of a language (go, python, javascript): in the folder {@code JARBOR_TEST_CLIENTS},
     * where {@code jarbor-cluster/src/test/clients/install} puts them.
     */
    public static Path client(String language) {
        return findClient(language)
                .orElseThrow(
                        () -> new IllegalStateException("no client in " + language + ": annotate with @NeedsClients"));
    }

    /** An executable file of that name on the path, or in the folders of system programs that a path may lack. */
    public static Optional<Path> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(path),
                        Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Programs::executable)
                .findFirst();
    }

    static Optional<Path> findKubectl() {
        return named("JARBOR_TEST_KUBECTL").or(() -> find("kubectl"));
    }

    static Optional<Path> findHelm() {
        return named("JARBOR_TEST_HELM").or(() -> find("helm"));
    }

    static Optional<Path> findClient(String language) {
        return Optional.ofNullable(System.getenv("JARBOR_TEST_CLIENTS"))
                .map(folder -> Path.of(folder, language))
                .filter(Programs::executable);
    }

    private static Optional<Path> named(String variable) {
        return Optional.ofNullable(System.getenv(variable)).map(Path::of).filter(Programs::executable);
    }

    /** The folder of the CNI plugins: where Debian has them, or where upstream puts them. */
    static Optional<Path> cniPlugins() {
        return Stream.of("/usr/lib/cni", "/opt/cni/bin")
                .map(Path::of)
                .filter(folder -> executable(folder.resolve("host-local")))
                .findFirst();
    }

    /** Whether this process runs as root on Linux, the only system with containers. */
    static boolean root() {
        Path self = Path.of("/proc/self");
        try {
            return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean executable(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
