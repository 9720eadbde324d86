package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A root file system made of this machine's own programs: busybox for a shell and a web server, curl (with the libraries it
 * is linked to) for what has to look up names and check certificates.
 */
final class ToolsImage {
    private static final List<String> APPLETS = List.of(
            "sh", "sleep", "cat", "ls", "httpd", "echo", "env", "nslookup", "wc", "id", "kill", "nc", "head", "true");
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    private ToolsImage() {}

    /** Collects it under {@code scratch}; an uncompressed tar. */
    static byte[] tar(Path scratch) throws IOException, InterruptedException {
        Path root = scratch.resolve("root");
        Path bin = Files.createDirectories(root.resolve("bin"));
        for (String folder : List.of("tmp", "www", "etc", "proc", "sys", "dev")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.copy(program("busybox"), bin.resolve("busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Path curl = program("curl");
        Files.copy(curl, bin.resolve("curl"));
        for (String library : libraries(List.of(program("busybox"), curl))) {
            Path copy = root.resolve(library.substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(library).toRealPath(), copy);
        }
        Path tar = scratch.resolve("layer.tar");
        run("tar", "--numeric-owner", "--owner=0", "--group=0", "-C", root.toString(), "-cf", tar.toString(), ".");
        return Files.readAllBytes(tar);
    }

    private static Path program(String name) throws IOException {
        return Programs.find(name)
                .orElseThrow(() -> new IllegalStateException("the tests with real containers need " + name))
                .toRealPath();
    }

    private static SortedSet<String> libraries(List<Path> programs) throws IOException, InterruptedException {
        var found = new TreeSet<String>();
        for (Path program : programs) {
            Matcher library = LIBRARY.matcher(output("ldd", program.toString()));
            while (library.find()) {
                found.add(library.group(1));
            }
        }
        return found;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(Arrays.toString(command)).isZero();
    }

    /** What it prints; programs that are linked statically make ldd complain and are no trouble. */
    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
