package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A few seeds; HACKING.md has the command for a thousand. */
class SimulationTest {
    private static final long FIRST = Long.getLong("jarbor.sim.seed", 1);
    private static final long COUNT = Long.getLong("jarbor.sim.seeds", 3);
    /** How many seeds are run in two JVMs. */
    private static final long TWICE = Long.getLong("jarbor.sim.twice", 2);

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + COUNT);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverGoesWrongInvariantsHoldAndAllComesToRest(long seed) {
        var trace = new ArrayList<String>();
        Simulation.Outcome outcome =
                Simulation.run(seed, cluster -> trace.add(cluster.trace().timeline()));
        assertThat(outcome.broken())
                .as(() -> "seed " + seed + "; replay with -Djarbor.sim.seed=" + seed + " -Djarbor.sim.seeds=1\n"
                        + last(trace.getFirst()))
                .isEmpty();
    }

    @Test
    void everyWriteOfTheControlLoopsMayBeTheirLast() {
        var trace = new ArrayList<String>();
        Simulation.Outcome outcome =
                Simulation.crashing(2, cluster -> trace.add(cluster.trace().timeline()));
        assertThat(outcome.broken()).as(() -> last(trace.getFirst())).isEmpty();
    }

    private static String last(String timeline) {
        List<String> lines = timeline.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
    }

    @Test
    @Timeout(3600)
    void aSeedTakesTheSameWayInAnotherJvm(@TempDir Path folder) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process other = new ProcessBuilder(
                        java,
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Simulation.class.getName(),
                        Long.toString(FIRST),
                        Long.toString(FIRST + TWICE - 1),
                        folder.resolve("hashes").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> own = LongStream.range(FIRST, FIRST + TWICE)
                .mapToObj(Simulation::run)
                .map(outcome -> outcome.seed() + " " + Long.toHexString(outcome.hash()))
                .toList();
        assertThat(other.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("hashes")).stream()
                        .map(line -> String.join(" ", List.of(line.split(" ")).subList(0, 2))))
                .isEqualTo(own);
    }
}
