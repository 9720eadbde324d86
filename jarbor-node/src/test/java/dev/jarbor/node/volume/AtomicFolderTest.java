package dev.jarbor.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders whose files change all at once. */
class AtomicFolderTest {
    @TempDir
    Path root;

    private static SortedMap<String, VolumeFile> files(String... pathsAndTexts) {
        var files = new TreeMap<String, VolumeFile>();
        for (int i = 0; i < pathsAndTexts.length; i += 2) {
            files.put(pathsAndTexts[i], VolumeFile.of(pathsAndTexts[i + 1].getBytes(StandardCharsets.UTF_8), 0644));
        }
        return files;
    }

    @Test
    void filesAreSeenThroughLinksThatOneRenameSwitches() throws IOException {
        var folder = new AtomicFolder(root.resolve("v"));
        assertThat(folder.write(files("a.conf", "1", "sub/b", "2"), "v1", OptionalInt.empty()))
                .isTrue();
        assertThat(root.resolve("v/a.conf")).hasContent("1").isSymbolicLink();
        assertThat(root.resolve("v/sub/b")).hasContent("2");
        assertThat(Files.readSymbolicLink(root.resolve("v/..data"))).hasToString("..v1");

        assertThat(folder.write(files("a.conf", "new"), "v2", OptionalInt.empty()))
                .isTrue();
        assertThat(root.resolve("v/a.conf")).hasContent("new");
        assertThat(root.resolve("v/sub")).doesNotExist();
        try (Stream<Path> left = Files.list(root.resolve("v"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("a.conf", "..data", "..v2");
        }
    }

    @Test
    void nothingIsWrittenWhereNothingChanged() throws IOException {
        var folder = new AtomicFolder(root.resolve("v"));
        folder.write(files("a", "1"), "v1", OptionalInt.empty());
        assertThat(folder.write(files("a", "1"), "v2", OptionalInt.empty())).isFalse();
        assertThat(Files.readSymbolicLink(root.resolve("v/..data"))).hasToString("..v1");
    }

    @Test
    void deletingNeverFollowsALinkOutOfTheFolder() throws IOException {
        Path outside = Files.writeString(root.resolve("outside"), "stays");
        Path inside = Files.createDirectories(root.resolve("inside"));
        Files.createSymbolicLink(inside.resolve("link"), root);
        AtomicFolder.delete(inside);
        assertThat(inside).doesNotExist();
        assertThat(outside).hasContent("stays");
    }
}
