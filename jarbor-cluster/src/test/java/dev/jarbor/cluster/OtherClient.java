package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A program in another language that does with its own, unmodified client whatever that client can do, each thing under a
 * name; what it does and what must come of it is in {@code src/test/clients}. It says {@code ok NAME} or {@code failed NAME:
 * why}, and {@code await NAME} where it wants its line cut and the history forgotten before it goes on.
 */
final class OtherClient implements AutoCloseable {
    private static final String OK = "ok";

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final TestCluster cluster;
    private final SortedMap<String, String> outcomes;
    private final TreeSet<String> asked = new TreeSet<>();

    private OtherClient(TestCluster cluster, SortedMap<String, String> outcomes) {
        this.cluster = cluster;
        this.outcomes = outcomes;
    }

    /** Starts a cluster and lets the program of {@code language} do everything it can. */
    static OtherClient of(String language, Path home) {
        TestCluster cluster = TestCluster.withLocalNode(home);
        try (CutLine line = cluster.line();
                EchoServer echo = EchoServer.start()) {
            ProcessBuilder program =
                    new ProcessBuilder(Programs.client(language).toString()).redirectErrorStream(true);
            program.environment()
                    .putAll(Map.of(
                            "KUBECONFIG", cluster.kubeconfig(line).toString(),
                            "ECHO_PORT", Integer.toString(echo.port()),
                            "HOME", home.toString()));
            Process process = program.start();
            cluster.runtime().schedule("patience", PATIENCE, process::destroyForcibly);
            try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
                    Writer answer = process.outputWriter(StandardCharsets.UTF_8)) {
                return new OtherClient(cluster, outcomes(said, answer, () -> disturb(cluster, line)));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failure) {
            cluster.close();
            throw new AssertionError(failure);
        }
    }

    private static void disturb(TestCluster cluster, CutLine line) {
        line.cut();
        cluster.forgetHistory();
        line.mend();
    }

    private static SortedMap<String, String> outcomes(BufferedReader said, Writer answer, Runnable disturbance)
            throws IOException {
        var outcomes = new TreeMap<String, String>();
        var rest = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("ok ")) {
                outcomes.put(line.substring(3), OK);
                rest.setLength(0);
            } else if (line.startsWith("failed ")) {
                int colon = line.indexOf(':');
                outcomes.put(line.substring(7, colon), line.substring(colon + 1) + "\n" + rest);
                rest.setLength(0);
            } else if (line.startsWith("await ")) {
                disturbance.run();
                answer.write("\n");
                answer.flush();
            } else {
                rest.append(line).append('\n');
            }
        }
        assertThat(outcomes).as(rest.toString()).isNotEmpty();
        return outcomes;
    }

    /** Fails the test unless the program did {@code what} and found all as it must be. */
    void did(String what) {
        asked.add(what);
        assertThat(outcomes.getOrDefault(what, "was not tried")).as(what).isEqualTo(OK);
    }

    /** Fails where the program does something that no test has asked about. */
    @Override
    public void close() {
        cluster.close();
        assertThat(outcomes.keySet())
                .as("what the program does, and what tests ask about")
                .isEqualTo(asked);
    }
}
