package dev.jarbor.node.cri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.runtime.SimulatedRuntime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CRI's log format as {@code kubectl logs} shows it. */
class LogReaderTest {
    private static final String LOG = """
            2030-01-01T00:00:01.000000000Z stdout F one
            2030-01-01T00:00:02.000000000Z stdout P tw
            2030-01-01T00:00:02.100000000Z stdout F o
            2030-01-01T00:00:03.000000000Z stderr F three
            """;

    @TempDir
    Path folder;

    private String read(LogOptions options) throws IOException {
        Path log = Files.writeString(folder.resolve("0.log"), LOG);
        var sink = new ByteArrayOutputStream();
        var runtime = new SimulatedRuntime(1, Instant.parse("2030-01-01T00:00:04Z"));
        new LogReader(runtime, log.toString(), options, sink).run(() -> false);
        return sink.toString(StandardCharsets.UTF_8);
    }

    private static LogOptions options(long tail, long sinceSeconds, String sinceTime, long limit) {
        return new LogOptions(false, false, false, tail, sinceSeconds, sinceTime, limit);
    }

    @Test
    void halvesOfALineAreJoined() throws IOException {
        assertThat(read(LogOptions.ALL)).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void theEndOfALogIsCountedInLines() throws IOException {
        assertThat(read(options(1, -1, "", -1))).isEqualTo("three\n");
        assertThat(read(options(0, -1, "", -1))).isEmpty();
        assertThat(read(options(100, -1, "", -1))).isEqualTo("one\ntwo\nthree\n");
    }

    @Test
    void olderLinesThanAskedForAreLeftOut() throws IOException {
        assertThat(read(options(-1, 1, "", -1))).isEqualTo("three\n");
        assertThat(read(options(-1, -1, "2030-01-01T00:00:02Z", -1))).isEqualTo("two\nthree\n");
    }

    @Test
    void bytesAreLimited() throws IOException {
        assertThat(read(options(-1, -1, "", 5))).isEqualTo("one\nt");
    }

    @Test
    void timesAreShownWhereAskedFor() throws IOException {
        assertThat(read(new LogOptions(false, false, true, 1, -1, "", -1)))
                .isEqualTo("2030-01-01T00:00:03.000000000Z three\n");
    }
}
