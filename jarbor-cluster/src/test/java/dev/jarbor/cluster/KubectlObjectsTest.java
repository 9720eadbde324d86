package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects of many kinds through kubectl: made, shown in every format, changed in every way, taken away. */
@NeedsKubectl
class KubectlObjectsTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 1);
    }

    /** kubectl in a namespace of its own. */
    private static Kubectl within(String namespace) {
        cluster.kubectl().run("create", "namespace", namespace).ok();
        return cluster.kubectl().in(namespace);
    }

    private static String settings(String... data) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: settings
                  labels: {tier: one}
                data:
                """ + String.join("\n", data).indent(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "namespace made",
                "configmap made --from-literal=a=b",
                "secret generic made --from-literal=a=b",
                "secret docker-registry made --docker-server=r --docker-username=u --docker-password=p",
                "serviceaccount made",
                "service clusterip made --tcp=80:8080",
                "service nodeport made --tcp=80:8080",
                "service loadbalancer made --tcp=80:8080",
                "service externalname made --external-name=example.org",
                "deployment made --image=web:1",
                "job made --image=web:1",
                "cronjob made --image=web:1 --schedule=*/5_*_*_*_*",
                "role made --verb=get --resource=pods",
                "rolebinding made --clusterrole=view --user=bob",
                "clusterrole made --verb=get,list --resource=nodes",
                "clusterrolebinding made --clusterrole=view --group=team",
                "ingress made --rule=example.org/*=web:80",
                "poddisruptionbudget made --selector=app=a --min-available=1",
                "quota made --hard=pods=10",
                "priorityclass made --value=1000 --description=high"
            })
    void whatKubectlCreatesIsShownAndDeleted(String command) {
        var create = new ArrayList<String>(List.of("create"));
        Arrays.stream(command.split(" ", -1))
                .map(word -> word.replace('_', ' '))
                .forEach(create::add);
        String kind = create.get(1);

        cluster.kubectl().run(create.toArray(String[]::new)).ok();
        assertThat(cluster.kubectl().run("get", kind, "made").ok())
                .startsWith("NAME")
                .contains("made");
        assertThat(cluster.kubectl().run("describe", kind, "made").ok()).containsPattern("Name: +made");
        cluster.kubectl().run("delete", kind, "made", "--timeout=60s").ok();
        assertThat(cluster.kubectl().run("get", kind, "made").refused()).contains("\"made\" not found");
    }

    @Test
    void applyCreatesChangesAndRemovesFields() {
        Kubectl kubectl = within("apply");

        assertThat(kubectl.with(settings("colour: blue", "size: large"), "apply", "-f-")
                        .ok())
                .contains("created");
        assertThat(kubectl.with(settings("colour: blue", "size: large"), "apply", "-f-")
                        .ok())
                .contains("unchanged");
        Kubectl.Outcome difference = kubectl.with(settings("colour: red"), "diff", "-f-");
        assertThat(difference.code()).isEqualTo(1);
        assertThat(difference.out()).contains("-  colour: blue", "+  colour: red", "-  size: large");
        assertThat(kubectl.with(settings("colour: red"), "apply", "-f-").ok()).contains("configured");
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "jsonpath={.data}")
                        .ok())
                .isEqualTo("{\"colour\":\"red\"}");
        assertThat(kubectl.with(settings("colour: red"), "diff", "-f-").ok()).isEmpty();
        assertThat(kubectl.with(settings("colour: red"), "apply", "-f-", "--dry-run=server")
                        .ok())
                .contains("(server dry run)");
    }

    @Test
    void objectsAreChangedByEveryKindOfPatch() {
        Kubectl kubectl = within("patch");
        kubectl.run("create", "deployment", "web", "--image=web:1", "--replicas=0")
                .ok();

        kubectl.run(
                        "patch",
                        "deployment",
                        "web",
                        "-p",
                        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"more\",\"image\":\"more:1\"}]}}}}")
                .ok();
        assertThat(kubectl.run("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[*].name}")
                        .ok())
                .isEqualTo("more web");
        kubectl.run(
                        "patch",
                        "deployment",
                        "web",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"remove\",\"path\":\"/spec/template/spec/containers/0\"}]")
                .ok();
        kubectl.run(
                        "patch",
                        "deployment",
                        "web",
                        "--type=merge",
                        "-p",
                        "{\"metadata\":{\"labels\":{\"app\":null,\"new\":\"yes\"}}}")
                .ok();
        assertThat(kubectl.run(
                                "get",
                                "deployment",
                                "web",
                                "-o",
                                "jsonpath={.metadata.labels} {.spec.template.spec.containers[*].name}")
                        .ok())
                .isEqualTo("{\"new\":\"yes\"} web");
        assertThat(kubectl.run("patch", "deployment", "web", "-p", "{\"metadata\":{\"labels\":{\"new\":\"yes\"}}}")
                        .ok())
                .contains("(no change)");
    }

    @Test
    void labelsAndAnnotationsAreSetSelectedAndRemoved() {
        Kubectl kubectl = within("labels");
        kubectl.with(settings("a: b"), "create", "-f-").ok();

        kubectl.run("label", "configmap", "settings", "tier=two", "--overwrite").ok();
        kubectl.run("annotate", "configmap", "settings", "note=hello there").ok();
        assertThat(kubectl.run("get", "configmaps", "-l", "tier in (two,three),!gone", "-o", "name")
                        .ok())
                .isEqualTo("configmap/settings\n");
        assertThat(kubectl.run("get", "configmaps", "-l", "tier=one", "-o", "name")
                        .ok())
                .isEmpty();
        assertThat(kubectl.run("get", "configmaps", "--field-selector=metadata.name=settings", "-L", "tier")
                        .ok())
                .contains("TIER", "two");
        assertThat(kubectl.run("label", "configmap", "settings", "tier=three").refused())
                .contains("already has a value");
        kubectl.run("label", "configmap", "settings", "tier-").ok();
        assertThat(kubectl.run("get", "configmap", "settings", "--show-labels").ok())
                .contains("<none>");
    }

    @Test
    void anObjectIsReplacedAndEdited() throws IOException {
        Kubectl kubectl = within("replace");
        kubectl.with(settings("colour: blue"), "create", "-f-").ok();

        kubectl.with(settings("colour: green"), "replace", "-f-").ok();
        Path editor = Files.writeString(home.resolve("editor"), "#!/bin/sh\nsed -i s/green/yellow/ \"$1\"\n");
        assertThat(editor.toFile().setExecutable(true)).isTrue();
        kubectl.withEnvironment("KUBE_EDITOR", editor.toString())
                .run("edit", "configmap", "settings")
                .ok();
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "jsonpath={.data.colour}")
                        .ok())
                .isEqualTo("yellow");
        kubectl.with(settings("colour: red"), "replace", "--force", "-f-").ok();
    }

    @Test
    void objectsArePrintedInEveryFormat() {
        Kubectl kubectl = within("formats");
        kubectl.with(settings("colour: blue"), "create", "-f-").ok();

        assertThat(kubectl.run("get", "configmap", "settings", "-o", "yaml").ok())
                .contains("apiVersion: v1\n", "kind: ConfigMap\n", "  colour: blue\n", "  resourceVersion: \"");
        assertThat(kubectl.run("get", "configmaps", "-o", "json").ok())
                .contains("\"kind\": \"List\"", "\"colour\": \"blue\"");
        assertThat(kubectl.run("get", "configmap/settings", "-o", "name").ok()).isEqualTo("configmap/settings\n");
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "custom-columns=N:.metadata.name,C:.data.colour")
                        .ok())
                .isEqualTo("N          C\nsettings   blue\n");
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "go-template={{.data.colour}}")
                        .ok())
                .isEqualTo("blue");
        assertThat(kubectl.run("get", "configmap", "settings").ok())
                .containsPattern("NAME +DATA +AGE\nsettings +1 +\\d");
        assertThat(kubectl.run("get", "configmaps", "-A", "--sort-by=.metadata.name", "--chunk-size=1")
                        .ok())
                .contains("kube-root-ca.crt", "settings");
        assertThat(kubectl.run("get", "configmap", "settings", "--show-managed-fields", "-o", "yaml")
                        .ok())
                .contains("ConfigMap");
    }

    @Test
    void aWatchShowsWhatHappens() throws IOException, InterruptedException {
        Kubectl kubectl = within("watch");
        kubectl.with(settings("a: b"), "create", "-f-").ok();

        Process watch = kubectl.start("get", "configmap", "settings", "--watch", "--output-watch-events");
        try (BufferedReader lines = watch.inputReader(StandardCharsets.UTF_8)) {
            Kubectl.lineWith(lines, "ADDED");
            kubectl.with(settings("a: b", "c: d"), "replace", "-f-").ok();
            assertThat(Kubectl.lineWith(lines, "MODIFIED")).containsPattern("settings +2");
            kubectl.run("delete", "configmap", "settings").ok();
            assertThat(Kubectl.lineWith(lines, "DELETED")).contains("settings");
        } finally {
            watch.destroy();
            watch.waitFor();
        }
    }

    @Test
    void aFinalizerHoldsAnObjectUntilItIsTakenAway() {
        Kubectl kubectl = within("finalizers");
        kubectl.with(settings("a: b"), "create", "-f-").ok();
        kubectl.run(
                        "patch",
                        "configmap",
                        "settings",
                        "--type=merge",
                        "-p",
                        "{\"metadata\":{\"finalizers\":[\"example.org/hold\"]}}")
                .ok();

        kubectl.run("delete", "configmap", "settings", "--wait=false").ok();
        assertThat(kubectl.run("get", "configmap", "settings", "-o", "jsonpath={.metadata.deletionTimestamp}")
                        .ok())
                .isNotEmpty();
        kubectl.run("patch", "configmap", "settings", "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}")
                .ok();
        assertThat(kubectl.run("get", "configmap", "settings").refused()).contains("not found");
    }
}
