package dev.jarbor.node.volume;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder whose files change all at once. The files live in a hidden folder {@code ..TIMESTAMP}; {@code ..data} is a
 * symbolic link to it, and what users see ({@code app.conf}) are links through {@code ..data}:
 *
 * <pre>
 *   app.conf     → ..data/app.conf
 *   ..data       → ..2026_01_02_03_04_05.000000007
 *   ..2026_01_02_03_04_05.000000007/app.conf
 * </pre>
 *
 * <p>A change writes a new hidden folder and swaps {@code ..data} by one rename: readers see all of the old or all of the
 * new. Nothing is written when nothing changed, so watchers of the files wake only for changes. The layout is the
 * reference's; programs that watch for {@code ..data} rely on it.
 */
final class AtomicFolder {
    private static final String DATA = "..data";

    private final Path folder;

    AtomicFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Makes the folder hold exactly the {@code asked} files.
     *
     * @param version a name for the new content that was not used before
     * @param group who else may read the files
     * @return whether anything changed
     */
    boolean write(SortedMap<String, VolumeFile> asked, String version, OptionalInt group) throws IOException {
        Files.createDirectories(folder);
        var files = new TreeMap<String, VolumeFile>();
        asked.forEach((path, file) ->
                files.put(path, new VolumeFile(file.content(), group.isPresent() ? file.mode() | 0440 : file.mode())));
        if (Files.isSymbolicLink(folder.resolve(DATA)) && current().equals(files)) {
            return false;
        }
        Path fresh = Files.createDirectory(folder.resolve(".." + version));
        for (var file : files.entrySet()) {
            Path target = fresh.resolve(file.getKey());
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.write(target, file.getValue().content().bytes());
            own(target, group);
            Files.setPosixFilePermissions(target, permissions(file.getValue().mode()));
        }
        own(fresh, group);
        Files.setPosixFilePermissions(fresh, permissions(0755));
        String old = Files.isSymbolicLink(folder.resolve(DATA))
                ? Files.readSymbolicLink(folder.resolve(DATA)).toString()
                : "";
        Path link = folder.resolve("..data_tmp");
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, Path.of(".." + version));
        Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        linkNames(files);
        if (!old.isEmpty()) {
            delete(folder.resolve(old));
        }
        return true;
    }

    private void linkNames(SortedMap<String, VolumeFile> files) throws IOException {
        var names = new TreeSet<String>();
        files.keySet().forEach(path -> names.add(path.contains("/") ? path.substring(0, path.indexOf('/')) : path));
        for (String name : names) {
            Path visible = folder.resolve(name);
            if (!Files.exists(visible, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(visible, Path.of(DATA, name));
            }
        }
        for (Path present : children(folder)) {
            String name = String.valueOf(present.getFileName());
            if (!name.startsWith("..") && !names.contains(name)) {
                Files.delete(present);
            }
        }
    }

    private SortedMap<String, VolumeFile> current() throws IOException {
        var files = new TreeMap<String, VolumeFile>();
        Path data = folder.resolve(DATA).toRealPath();
        try (Stream<Path> all = Files.walk(data)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                int mode = (int) Files.getAttribute(file, "unix:mode") & 0777;
                files.put(data.relativize(file).toString(), VolumeFile.of(Files.readAllBytes(file), mode));
            }
        }
        return files;
    }

    static void own(Path path, OptionalInt group) throws IOException {
        if (group.isPresent()) {
            Files.setAttribute(path, "unix:gid", group.getAsInt());
        }
    }

    static Set<PosixFilePermission> permissions(int mode) {
        var all = List.of(
                PosixFilePermission.OTHERS_EXECUTE,
                PosixFilePermission.OTHERS_WRITE,
                PosixFilePermission.OTHERS_READ,
                PosixFilePermission.GROUP_EXECUTE,
                PosixFilePermission.GROUP_WRITE,
                PosixFilePermission.GROUP_READ,
                PosixFilePermission.OWNER_EXECUTE,
                PosixFilePermission.OWNER_WRITE,
                PosixFilePermission.OWNER_READ);
        var set = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < all.size(); bit++) {
            if ((mode >> bit & 1) == 1) {
                set.add(all.get(bit));
            }
        }
        return set;
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> present = Files.list(folder)) {
            return present.sorted().toList();
        }
    }

    /** Deletes {@code root} and what is in it, never following a link out of it. */
    static void delete(Path root) {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
