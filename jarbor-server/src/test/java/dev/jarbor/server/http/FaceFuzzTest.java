package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets Jazzer look, guided by the code that it reaches, for requests that end in a 5xx, hang or take memory without measure.
 * A short run over everything, or {@code jarbor.fuzz.seconds} for each group of targets. Inputs that were found are kept under
 * {@code target/fuzz}.
 *
 * @see <a href="https://github.com/CodeIntelligenceTesting/jazzer">Jazzer</a>
 */
class FaceFuzzTest {
    private static final int SECONDS = Integer.getInteger("jarbor.fuzz.seconds", 0);
    private static final int SHORT_RUNS = 1000;
    private static final int HANGS_AFTER_SECONDS = 60;

    /** The code that inputs reach first: instrumenting all takes longer than a short run does. */
    private static final List<String> NEAR_CODE = List.of(
            "dev.jarbor.api.codec.**",
            "dev.jarbor.api.patch.**",
            "dev.jarbor.api.apply.**",
            "dev.jarbor.api.select.**",
            "dev.jarbor.cel.**",
            "dev.jarbor.server.http.**");

    private static final List<String> ALL_CODE = List.of(
            "dev.jarbor.**", "org.snakeyaml.**", "com.fasterxml.jackson.core.**", "com.google.re2j.**", "dev.cel.**");

    static Stream<FuzzTarget.Group> groups() {
        return Arrays.stream(FuzzTarget.Group.values())
                .filter(group -> (group == FuzzTarget.Group.ALL) == (SECONDS == 0));
    }

    @ParameterizedTest
    @MethodSource("groups")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void nothingEndsInA5xxOrHangs(FuzzTarget.Group group, @TempDir Path work) throws IOException, InterruptedException {
        Path corpus = SECONDS == 0 ? work : Path.of("target", "fuzz", group.name());
        Path log = Files.createDirectories(corpus).resolveSibling(group + ".log");
        Path dictionary = Files.write(work.resolveSibling("fuzz.dict"), FuzzObjects.resource("fuzz.dict"));
        List<byte[]> seeds = new FuzzedFace(group).seeds();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(corpus.resolve("seed-" + i), seeds.get(i));
        }

        int ended = new ProcessBuilder(command(group, corpus, dictionary))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();

        assertThat(ended).as(() -> "what Jazzer says: " + end(log)).isZero();
    }

    private static List<String> command(FuzzTarget.Group group, Path corpus, Path dictionary) {
        String code = String.join(File.pathSeparator, SECONDS == 0 ? NEAR_CODE : ALL_CODE);
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx400m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=" + (SECONDS == 0 ? 1 : 4),
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-D" + FaceFuzzer.GROUP + "=" + group,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FaceFuzzer.class.getName(),
                "--instrumentation_includes=" + code,
                "--custom_hook_includes=" + code,
                "-dict=" + dictionary,
                "-timeout=" + HANGS_AFTER_SECONDS,
                "-artifact_prefix=" + corpus.resolveSibling("found-"),
                "--reproducer_path=" + corpus.getParent()));
        command.add(SECONDS == 0 ? "-runs=" + SHORT_RUNS : "-max_total_time=" + SECONDS);
        command.add("-seed=" + Integer.getInteger("jarbor.fuzz.seed", 1));
        command.add(corpus.toString());
        return command;
    }

    private static String end(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
