package dev.jarbor.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.Isolation;
import dev.jarbor.testing.NeedsIsolation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The extension needs no flag, no rights, no network and no folder: a JVM with a class path is enough. */
@NeedsIsolation
class IsolatedRunTest {
    @Test
    void testsRunWithoutNetworkRightsAndAFolderToWriteTo(@TempDir Path folder) throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("r-xr-xr-x"));
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // where somebody is at home and what he may write to is the test's to say, and no option of ours
                "-Duser.home=" + home,
                "-Djava.io.tmpdir=" + home,
                "-cp",
                readable(Files.createDirectory(folder.resolve("classes"))),
                IsolatedRun.class.getName(),
                IsolatedClass.class.getName());
        ProcessBuilder builder =
                new ProcessBuilder(Isolation.of(java)).directory(home.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("2 tests successful");
        assertThat(home).isEmptyDirectory();
    }

    /** The class path of this JVM, where everybody may read it. */
    private static String readable(Path folder) throws IOException {
        var parts = new ArrayList<String>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(part);
            Path target = folder.resolve(parts.size() + "-" + source.getFileName());
            if (Files.exists(source)) {
                copy(source, target);
                parts.add(target.toString());
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static void copy(Path source, Path target) throws IOException {
        if (Files.isDirectory(source)) {
            Files.createDirectory(target);
            try (Stream<Path> inside = Files.list(source)) {
                for (Path one : inside.toList()) {
                    copy(one, target.resolve(one.getFileName()));
                }
            }
        } else {
            link(source, target);
        }
    }

    private static void link(Path source, Path target) throws IOException {
        try {
            Files.createLink(target, source);
        } catch (IOException | UnsupportedOperationException elsewhere) {
            Files.copy(source, target);
        }
    }
}
