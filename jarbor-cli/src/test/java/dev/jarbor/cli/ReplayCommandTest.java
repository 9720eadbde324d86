package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.embed.Trace;
import dev.jarbor.embed.Trace.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void aTraceIsShownAsATimeline() throws IOException {
        Instant time = Instant.parse("2030-01-01T00:00:00Z");
        Path file = folder.resolve("trace");
        var pod = new ObjectKey("shop", "web-1");
        new Trace(
                        7,
                        255,
                        0,
                        List.of(
                                new Entry(time, 1, "created", "pods", pod, "Pending"),
                                new Entry(time, 2, "created", "configmaps", new ObjectKey("shop", "other"), ""),
                                new Entry(
                                        time.plusSeconds(1), 2, "fault", "", ObjectKey.cluster(""), "node a is lost")))
                .save(file);

        Jarbor.Outcome shown = Jarbor.here(folder).runApart("replay", "--of", "pods", file.toString());

        assertThat(shown.ok().out()).isEqualTo("""
                seed 7, hash ff, 3 entries
                2030-01-01T00:00:00Z
                  created  pods shop/web-1  Pending
                2030-01-01T00:00:01Z
                  !  node a is lost
                """);
    }

    @Test
    void whatIsNoTraceIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("other"), "{}\n");
        assertThat(Jarbor.here(folder).runApart("replay", file.toString()).refused())
                .contains("is no trace of Jarbor");
    }
}
