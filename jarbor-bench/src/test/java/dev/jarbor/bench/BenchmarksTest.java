package dev.jarbor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The benchmarks run and measure; how much is the machine's business. */
class BenchmarksTest {
    @Test
    void startingAProcessGivesTimesAndMemory() throws Exception {
        List<Figures> figures = StartBenchmark.run(jarborOfTheClassPath(), 1, Duration.ofMillis(100));
        assertThat(figures)
                .hasSize(6)
                .allSatisfy(one -> assertThat(one.values())
                        .hasSize(1)
                        .allSatisfy(value -> assertThat(value).isPositive()));
    }

    @Test
    void startingClustersInOneJvmGivesATimeForEach() throws Exception {
        List<Figures> figures = SecondClusterBenchmark.run(2);
        assertThat(figures)
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.values())
                        .hasSize(1)
                        .allSatisfy(value -> assertThat(value).isPositive()));
    }

    @Test
    void theServerIsMeasuredOverTls() throws Exception {
        List<Figures> figures = ServerBenchmark.run(Duration.ofMillis(600), 20, 3);
        assertThat(figures)
                .hasSize(6)
                .allSatisfy(one -> assertThat(one.values()).isNotEmpty());
    }

    @Test
    void theLoopsAreMeasuredUnderVirtualTime() {
        List<Figures> figures = ControllersBenchmark.run(20, 3);
        assertThat(figures)
                .hasSize(7)
                .allSatisfy(one -> assertThat(one.values()).isNotEmpty());
    }

    @Test
    void theStoreIsMeasuredBesideItsDisk() throws Exception {
        List<Figures> figures = StoreBenchmark.run(Duration.ofMillis(300), 500);
        assertThat(figures)
                .hasSizeGreaterThanOrEqualTo(11)
                .allSatisfy(one -> assertThat(one.values()).isNotEmpty());
    }

    @Test
    void aSimulatedClusterIsMeasuredWhileItsTimePasses() {
        List<Figures> figures = SimulationBenchmark.run(1, 2, 5, 1);
        assertThat(figures)
                .hasSize(6)
                .allSatisfy(one -> assertThat(one.values()).hasSize(1));
    }

    @Test
    void aClusterInAJvmIsMeasuredBeforeAnythingHappensInIt() {
        List<Figures> figures = EmbeddedStartBenchmark.run(1);
        assertThat(figures)
                .hasSize(4)
                .allSatisfy(one -> assertThat(one.values()).isNotEmpty());
    }

    @Test
    void aRowShowsSmallestMedianAndLargest() {
        var figures = new Figures("name", "ms");
        List.of(30.0, 10.0, 20.0).forEach(figures::add);
        assertThat(figures.row().replaceAll(" +", " ")).isEqualTo("name 10 20 30 ms (min, median, max of 3)");
        assertThat(new Figures("name", "ms").row()).endsWith("not measured");
    }

    /** The command without its launcher, which tests must not wait to be packaged. */
    private static List<String> jarborOfTheClassPath() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.jarbor.cli.Main");
    }
}
