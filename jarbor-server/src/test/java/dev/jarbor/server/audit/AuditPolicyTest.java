package dev.jarbor.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests are recorded, at which level, and where they are kept. */
class AuditPolicyTest {
    private static final AuditPolicy POLICY = policy("""
            omitStages: [RequestReceived]
            rules:
            - level: None
              users: ["system:kube-proxy"]
              verbs: [watch]
            - level: RequestResponse
              resources: [{group: "", resources: [pods]}]
              namespaces: [shop]
            - level: Request
              resources: [{group: "", resources: ["*/status"]}, {group: apps, resources: [deployments], resourceNames: [web]}]
            - level: None
              userGroups: ["system:authenticated"]
              nonResourceURLs: ["/api*", "/version"]
            - level: Metadata
              omitStages: [ResponseStarted]
            """);

    @TempDir
    private Path folder;

    private static AuditPolicy policy(String rest) {
        return AuditPolicy.of((ObjectValue) Yaml.parse("apiVersion: audit.k8s.io/v1\nkind: Policy\n" + rest));
    }

    private static String level(String user, String verb, String group, String resource, String namespace) {
        String[] parts = resource.split("/", -1);
        return POLICY.rule(new Attributes(
                        User.of(user, User.AUTHENTICATED),
                        verb,
                        group,
                        "v1",
                        parts[0],
                        parts.length > 1 ? parts[1] : "",
                        namespace,
                        "web",
                        ""))
                .map(rule -> rule.level().word())
                .orElse("None");
    }

    @Test
    void theFirstRuleThatMatchesSaysHowMuchIsRecorded() {
        assertThat(level("system:kube-proxy", "watch", "", "pods", "shop")).isEqualTo("None");
        assertThat(level("system:kube-proxy", "list", "", "pods", "shop")).isEqualTo("RequestResponse");
        assertThat(level("ann", "create", "", "pods", "shop")).isEqualTo("RequestResponse");
        assertThat(level("ann", "create", "", "pods", "other")).isEqualTo("Metadata");
        assertThat(level("ann", "get", "", "pods/log", "shop")).isEqualTo("Metadata");
        assertThat(level("ann", "patch", "", "nodes/status", "")).isEqualTo("Request");
        assertThat(level("ann", "patch", "apps", "deployments", "shop")).isEqualTo("Request");
    }

    @Test
    void pathsThatAreNoResourcesHaveRulesOfTheirOwn() {
        User ann = User.of("ann", User.AUTHENTICATED);

        assertThat(POLICY.rule(Attributes.nonResource(ann, "get", "/apis/apps")))
                .isEmpty();
        assertThat(POLICY.rule(Attributes.nonResource(User.ANONYMOUS, "get", "/version")))
                .hasValueSatisfying(
                        rule -> assertThat(rule.omitStages()).containsExactly("RequestReceived", "ResponseStarted"));
    }

    @Test
    void aPolicyThatCannotWorkIsRefusedWithThePlace() {
        assertThatThrownBy(() -> policy("rules: [{level: Everything}]"))
                .hasMessage("rules[0].level: \"Everything\" is none of None, Metadata, Request, RequestResponse");
        assertThatThrownBy(() -> policy("rules: []")).hasMessageContaining("nothing would be recorded");
        assertThatThrownBy(
                        () -> policy("rules: [{level: Metadata, nonResourceURLs: [/x], resources: [{group: apps}]}]"))
                .hasMessageContaining("rules cannot apply to both");
        assertThatThrownBy(() -> policy("omitStages: [Middle]\nrules: [{level: Metadata}]"))
                .hasMessageContaining("\"Middle\" is none of RequestReceived");
    }

    @Test
    void whatIsPutAsideIsCompressedAndNotKeptForEver() throws IOException {
        var runtime = new SimulatedRuntime(1);
        Path file = folder.resolve("audit.log");
        try (AuditLog log = AuditLog.file(file, 40, new AuditLog.Keeping(0, 2, true), runtime)) {
            for (int i = 0; i < 6; i++) {
                log.record(Json.object("{\"number\":" + i + ",\"text\":\"a long event\"}"));
                runtime.advance(Duration.ofDays(1));
            }
        }

        Path aside = folder.resolve("audit-2030-01-06T00-00-00.000.log.gz");
        try (var zipped = new GZIPInputStream(Files.newInputStream(aside));
                Stream<Path> files = Files.list(folder)) {
            assertThat(new String(zipped.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"number\":4,\"text\":\"a long event\"}\n");
            assertThat(files.map(path -> String.valueOf(path.getFileName())))
                    .containsExactlyInAnyOrder(
                            "audit-2030-01-04T00-00-00.000.log.gz",
                            "audit-2030-01-05T00-00-00.000.log.gz",
                            "audit-2030-01-06T00-00-00.000.log.gz",
                            "audit.log");
        }
    }

    @Test
    void aLogThatGetsTooBigIsPutAsideAndTheOldestAreDeleted() throws IOException {
        var runtime = new SimulatedRuntime(1);
        Path file = folder.resolve("audit.log");
        try (AuditLog log = AuditLog.file(file, 40, new AuditLog.Keeping(2, 0, false), runtime)) {
            for (int i = 0; i < 6; i++) {
                log.record(Json.object("{\"number\":" + i + ",\"text\":\"a long event\"}"));
                runtime.advance(Duration.ofSeconds(1));
            }
        }

        var names = new ArrayList<String>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(path -> String.valueOf(path.getFileName())).sorted().forEach(names::add);
        }
        assertThat(names)
                .containsExactly("audit-2030-01-01T00-00-04.000.log", "audit-2030-01-01T00-00-05.000.log", "audit.log");
        assertThat(Files.readAllLines(file)).isEqualTo(List.of("{\"number\":5,\"text\":\"a long event\"}"));
    }
}
