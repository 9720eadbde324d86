package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.node.simulated.Conversation.Reply;
import dev.jarbor.server.http.Door;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BehavioursTest {
    private static final ObjectKey POD = new ObjectKey("default", "one");

    private final Jarbor cluster = Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL));

    @AfterEach
    void close() {
        cluster.close();
    }

    private void create(String image, String more) {
        cluster.api().create(Pod.KIND, new Pod((ObjectValue) Yaml.parse("""
                apiVersion: v1
                kind: Pod
                metadata: {name: one, namespace: default, labels: {app: one}}
                spec:
                  containers:
                  - name: main
                    image: %s
                %s
                """.formatted(image, more.indent(4)))));
    }

    private Pod pod() {
        return cluster.api().get(Pod.KIND, POD);
    }

    private boolean ready() {
        return pod().status().containerStatuses().stream().anyMatch(status -> status.ready());
    }

    private boolean within(Duration limit, BooleanSupplier condition) {
        return cluster.time().until(condition, limit);
    }

    @Test
    void aContainerStartsAndBecomesReadyWhenItIsToldTo() {
        cluster.behaviour().forImage("slow").startsAfter(Duration.ofMinutes(2)).readyAfter(Duration.ofMinutes(5));
        create("slow:1", "readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 1}");

        cluster.time().advance(Duration.ofSeconds(119));
        assertThat(pod().status().phase()).isEqualTo("Pending");
        assertThat(within(Duration.ofSeconds(5), () -> pod().status().phase().equals("Running")))
                .isTrue();
        cluster.time().advance(Duration.ofSeconds(295));
        assertThat(ready()).isFalse();
        assertThat(within(Duration.ofSeconds(10), this::ready)).isTrue();
    }

    @Test
    void aContainerThatExitedOnceRunsAfterItsRestart() {
        cluster.behaviour().forImage("flaky:1").exits(3).thenRuns();
        create("flaky:1", "");
        assertThat(within(Duration.ofMinutes(1), this::ready)).isTrue();
        cluster.time().advance(Duration.ofMinutes(10));

        var status = pod().status().containerStatuses().getFirst();
        assertThat(status.restartCount()).isEqualTo(1);
        assertThat(status.lastState().terminated().exitCode()).isEqualTo(3);
        assertThat(status.ready()).isTrue();
    }

    @Test
    void anImageThatCannotBePulledSaysWhy() {
        cluster.behaviour().forImage("gone:1").pullFails("manifest unknown");
        create("gone:1", "");
        assertThat(within(
                        Duration.ofMinutes(1),
                        () -> pod().status().containerStatuses().stream()
                                .anyMatch(status ->
                                        status.state().waiting().message().contains("manifest unknown"))))
                .isTrue();
    }

    @Test
    void lambdasAnswerProbesAndServices() throws IOException {
        var healthy = new boolean[] {false};
        cluster.behaviour()
                .forImage("web")
                .http(request -> request.target().equals("/healthz")
                        ? Reply.text(healthy[0] ? 200 : 503, "")
                        : Reply.text(200, request.method() + " " + request.target() + " " + request.text()));
        create("web:7", """
                ports: [{containerPort: 8080}]
                readinessProbe: {httpGet: {path: /healthz, port: 8080}, periodSeconds: 1}""");
        cluster.api().create(Service.KIND, new Service((ObjectValue) Yaml.parse("""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: default}
                spec: {selector: {app: one}, ports: [{port: 80, targetPort: 8080}]}
                """)));
        cluster.time().advance(Duration.ofSeconds(30));
        assertThat(ready()).isFalse();
        healthy[0] = true;
        assertThat(within(Duration.ofSeconds(5), this::ready)).isTrue();
        cluster.time().advance(Duration.ofSeconds(5));

        try (Door.Answer answer =
                cluster.http("POST", "http://web/hello?a=1", "you".getBytes(StandardCharsets.UTF_8))) {
            assertThat(answer.code()).isEqualTo(200);
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("POST /hello?a=1 you");
        }
    }

    @Test
    void logsAreWhatTheImageIsSaidToWrite() throws IOException {
        cluster.behaviour().forImage("chatty").logs("first", "second");
        create("chatty:1", "");
        assertThat(within(Duration.ofMinutes(1), this::ready)).isTrue();
        var request = Door.Request.of("GET", "/api/v1/namespaces/default/pods/one/log?tailLines=1")
                .with("authorization", "Bearer " + cluster.token());
        try (Door.Answer answer = cluster.door().call(request)) {
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("second\n");
        }
    }

    @Test
    void commandsOfProbesAreAnswered() {
        cluster.behaviour().forImage("shell").exec((where, command, streams) -> {
            streams.stdout().write(where.container().getBytes(StandardCharsets.UTF_8));
            return command.equals(List.of("true")) ? 0 : 1;
        });
        create("shell:1", "readinessProbe: {exec: {command: [\"false\"]}, periodSeconds: 1}");
        cluster.time().advance(Duration.ofMinutes(1));
        assertThat(pod().status().phase()).isEqualTo("Running");
        assertThat(ready()).isFalse();
    }
}
