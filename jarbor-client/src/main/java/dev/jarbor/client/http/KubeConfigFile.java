package dev.jarbor.client.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Decoded;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A kubeconfig file on disk. A change is written beside it and moved over it, so that nobody ever reads half of one and a
 * crash leaves the old one; and it excludes kubectl's and other programs' changes by the lock file they all use.
 */
public record KubeConfigFile(Path path) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Limits LIMITS = Limits.ofBytes(16 << 20);

    /**
     * The files that a user's kubeconfig is made of: those in {@code KUBECONFIG}, else {@code ~/.kube/config}.
     *
     * @param environment the process's environment
     * @param home the user's home folder
     */
    public static List<KubeConfigFile> ofUser(Map<String, String> environment, Path home) {
        List<KubeConfigFile> named = Arrays.stream(
                        environment.getOrDefault("KUBECONFIG", "").split(File.pathSeparator, -1))
                .filter(file -> !file.isEmpty())
                .distinct()
                .map(file -> new KubeConfigFile(Path.of(file)))
                .toList();
        return named.isEmpty()
                ? List.of(new KubeConfigFile(home.resolve(".kube").resolve("config")))
                : named;
    }

    /** What {@code files} say together; what the earlier one says counts, and those that do not exist say nothing. */
    public static KubeConfig read(List<KubeConfigFile> files) {
        return files.stream().map(KubeConfigFile::read).reduce(KubeConfig::and).orElseThrow();
    }

    /** The one of {@code files} that new entries go to: the first that exists, else the last. */
    public static KubeConfigFile toWrite(List<KubeConfigFile> files) {
        return files.stream()
                .filter(file -> Files.exists(file.path))
                .findFirst()
                .orElseGet(files::getLast);
    }

    /** What the file says; nothing where there is none. */
    public KubeConfig read() {
        Path folder = path.toAbsolutePath().normalize().getParent();
        KubeConfig empty = KubeConfig.empty(folder == null ? path.toAbsolutePath() : folder);
        try {
            if (Files.notExists(path)) {
                return empty;
            }
            return parse(Files.readAllBytes(path), path.toString(), empty.folder());
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + path + ": " + unreadable.getMessage(), unreadable);
        }
    }

    /** @param name names the text to people */
    static KubeConfig parse(byte[] yaml, String name, Path folder) {
        try {
            List<Decoded> documents = Yaml.decode(yaml, LIMITS);
            if (documents.isEmpty()) {
                return KubeConfig.empty(folder);
            }
            if (documents.size() == 1 && documents.getFirst().value() instanceof ObjectValue value) {
                return new KubeConfig(value, folder);
            }
            throw new IllegalArgumentException(name + " is no kubeconfig: it must hold one YAML object");
        } catch (DecodeException malformed) {
            throw new IllegalArgumentException(malformed.in(name), malformed);
        }
    }

    /** Replaces the file by {@code change} of what it says; makes it, for its owner only, where there is none. */
    public void change(UnaryOperator<KubeConfig> change) {
        try {
            // Through a link, to the file that it names: replacing the link would cut it.
            Path target = Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
            Path folder = target.resolveSibling("");
            Files.createDirectories(folder);
            Path lock = target.resolveSibling(target.getFileName() + ".lock");
            try {
                Files.createFile(lock);
            } catch (FileAlreadyExistsException held) {
                throw new IllegalStateException(
                        path + " is being changed by another program; if none is running, remove " + lock, held);
            }
            try {
                KubeConfig before = read();
                KubeConfig after = change.apply(before);
                if (!after.value().equals(before.value()) || Files.notExists(target)) {
                    replace(target, Yaml.text(after.value()).getBytes(StandardCharsets.UTF_8));
                }
            } finally {
                Files.deleteIfExists(lock);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + path + ": " + failed, failed);
        }
    }

    private static void replace(Path target, byte[] content) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        Set<PosixFilePermission> permissions =
                posix && Files.exists(target) ? Files.getPosixFilePermissions(target) : OWNER_ONLY;
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path written = Files.createTempFile(target.resolveSibling(""), ".kubeconfig", ".tmp", attributes);
        try {
            try (var channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
                var rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            if (posix) {
                Files.setPosixFilePermissions(written, permissions);
            }
            Files.move(written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
