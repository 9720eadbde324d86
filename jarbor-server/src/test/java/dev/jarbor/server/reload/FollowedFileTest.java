package dev.jarbor.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.runtime.SimulatedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowedFileTest {
    @TempDir
    private Path folder;

    private final SimulatedRuntime world = new SimulatedRuntime(1);
    private final List<String> used = new ArrayList<>();

    private void use(String content) {
        if (content.startsWith("bad")) {
            throw new IllegalArgumentException("that is bad");
        }
        used.add(content);
    }

    @Test
    void changedContentIsTakenUpWithinAMinuteAndWhatCannotBeUsedIsNot() throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), "one");
        try (var followed = FollowedFile.start(file, "one", world, this::use)) {
            world.advance(Duration.ofMinutes(3));
            assertThat(used).isEmpty();
            Files.writeString(file, "two");
            world.advance(Duration.ofSeconds(60));
            assertThat(used).containsExactly("two");
            Files.writeString(file, "bad");
            world.advance(Duration.ofMinutes(2));
            Files.delete(file);
            world.advance(Duration.ofMinutes(2));
            assertThat(used).containsExactly("two");
            Files.writeString(file, "three");
            followed.look();
            assertThat(used).containsExactly("two", "three");
        }
        Files.writeString(file, "four");
        world.advance(Duration.ofMinutes(2));
        assertThat(used).containsExactly("two", "three");
    }
}
