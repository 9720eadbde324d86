package dev.jarbor.controllers.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.Controllers;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.SimulatedRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each loop does what its script says, step by step. With {@code -Djarbor.traces=write} the scripts are made anew. */
class TraceTest {
    private static final boolean WRITE = "write".equals(System.getProperty("jarbor.traces"));

    static Stream<Path> scripts() {
        return Script.files();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void aLoopDoesWhatItsScriptSays(Path file) throws IOException {
        Script script = Script.read(file);
        List<String> replayed = script.replayed();
        if (WRITE) {
            Files.write(file, replayed);
        } else {
            assertThat(String.join("\n", replayed)).isEqualTo(String.join("\n", script.lines()));
        }
    }

    @Test
    void everyLoopHasAScript() {
        var runtime = new SimulatedRuntime(1);
        var api = new FakeApi(runtime);
        var owed = new TreeSet<String>();
        Controllers.all(api, new SharedInformers(api, runtime), runtime, Surroundings.SETTINGS).stream()
                .map(ControlLoop::name)
                .forEach(owed::add);
        Script.files()
                .map(Script::read)
                .forEach(script -> owed.remove(script.loops().getFirst()));
        assertThat(owed).as("write its script in %s", Script.FOLDER).isEmpty();
    }
}
