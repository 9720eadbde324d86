package dev.jarbor.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.server.tls.TlsContexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code jarbor server}, as a process of its own, ends when it is told to. */
class ServerShutdownTest {
    @TempDir
    private Path home;

    private Process process;
    private String url = "";
    private final HttpClient client =
            HttpClient.newBuilder().sslContext(TlsContexts.trustingAnyone()).build();

    @BeforeEach
    void start() throws IOException {
        Path tokens = Files.writeString(home.resolve("tokens.csv"), "secret,root,1,system:masters\n");
        var command = new ArrayList<>(Jarbor.process(home).command());
        command.addAll(List.of("server", "--data", home.resolve("data").toString(), "--secure-port", "0"));
        command.addAll(List.of("--token-auth-file", tokens.toString(), "--shutdown-delay-duration", "2s"));
        process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader said = process.errorReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null && url.isEmpty(); line = said.readLine()) {
            url = line.startsWith("ready: ") ? line.substring("ready: ".length()) : "";
        }
        assertThat(url).startsWith("https://");
    }

    @AfterEach
    void stop() throws InterruptedException {
        client.close();
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private <T> HttpResponse<T> get(String path, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .header("Authorization", "Bearer secret")
                        .build(),
                body);
    }

    private int code(String path) throws IOException, InterruptedException {
        return get(path, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void readinessFailsFirstThenWatchesEndThenTheProcess() throws IOException, InterruptedException {
        HttpResponse<Stream<String>> watch =
                get("/api/v1/namespaces?watch=1&resourceVersion=0", HttpResponse.BodyHandlers.ofLines());
        var lines = watch.body().iterator();
        assertThat(lines.next()).contains("ADDED");
        assertThat(code("/readyz")).isEqualTo(200);

        process.destroy();
        while (code("/readyz") == 200) {
            Thread.onSpinWait();
        }
        assertThat(code("/readyz")).isEqualTo(500);
        assertThat(code("/livez")).as("it is not ready and yet alive").isEqualTo(200);
        assertThat(code("/api/v1/namespaces")).as("it serves on for a while").isEqualTo(200);

        while (lines.hasNext()) {
            assertThat(lines.next())
                    .as("nothing but whole events until the end")
                    .endsWith("}");
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
