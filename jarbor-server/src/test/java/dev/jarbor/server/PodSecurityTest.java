package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.code;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.auth.User;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a namespace's labels do to its pods. */
class PodSecurityTest {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final String DEPLOYMENT = """
            metadata: {name: web}
            spec:
              selector: {matchLabels: {a: b}}
              template:
                metadata: {labels: {a: b}}
                spec: {hostPID: true, containers: [{name: c1, image: nginx}]}
            """;

    private AdmissionWorld world = new AdmissionWorld();

    /** Sets labels of the namespace; answers with the warnings. */
    private List<String> label(String... labels) {
        ObjectValue namespace = world.get("v1/namespaces/shop");
        for (int i = 0; i < labels.length; i += 2) {
            String name = PREFIX + labels[i];
            String value = labels[i + 1];
            namespace =
                    namespace.update("metadata", metadata -> metadata.update("labels", all -> all.with(name, value)));
        }
        return world.as(User.ADMIN, Verb.UPDATE, "v1/namespaces/shop", namespace)
                .warnings();
    }

    @Test
    void aPodThatBreaksTheEnforcedStandardIsRefusedWithAllThatIsWrong() {
        label("enforce", "restricted");

        assertThat(refusal(() -> world.pod("web", "")))
                .isEqualTo("pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\":"
                        + " allowPrivilegeEscalation != false (container \"c1\" must set"
                        + " securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c1\""
                        + " must set securityContext.capabilities.drop=[\"ALL\"]), runAsNonRoot != true (pod or container"
                        + " \"c1\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c1\""
                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")");
        assertThat(refusal(() -> world.pod("web", "hostNetwork: true\nhostPID: true")))
                .startsWith("pods \"web\" is forbidden: violates PodSecurity \"restricted:latest\": host namespaces"
                        + " (hostNetwork=true, hostPID=true), allowPrivilegeEscalation != false");
    }

    @Test
    void anOlderVersionOfAStandardKnowsLess() {
        label("enforce", "restricted", "enforce-version", "v1.18");

        assertThat(refusal(() -> world.pod("web", "")))
                .isEqualTo("pods \"web\" is forbidden: violates PodSecurity \"restricted:v1.18\":"
                        + " allowPrivilegeEscalation != false (container \"c1\" must set"
                        + " securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container"
                        + " \"c1\" must set securityContext.runAsNonRoot=true)");
    }

    @Test
    void whoIsWarnedGetsThePodAllTheSame() {
        label("warn", "baseline");

        assertThat(world.warnings(Verb.CREATE, PODS, AdmissionWorld.podText("web", "", "hostIPC: true")))
                .contains("would violate PodSecurity \"baseline:latest\": host namespaces (hostIPC=true)");
        assertThat(world.get(PODS + "/web").object("spec").bool("hostIPC")).isTrue();
    }

    @Test
    void aWorkloadIsWarnedOfWhatItsPodsWillBeRefusedFor() {
        label("enforce", "baseline");

        assertThat(world.warnings(Verb.CREATE, "apps/v1/namespaces/shop/deployments", DEPLOYMENT))
                .contains("would violate PodSecurity \"baseline:latest\": host namespaces (hostPID=true)");
    }

    @Test
    void labelsThatSayNothingKnownAreRefused() {
        assertThat(refusal(() -> label("enforce", "strict", "warn-version", "1.20")))
                .isEqualTo(
                        "Namespace \"shop\" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid"
                                + " value: \"strict\": must be one of privileged, baseline, restricted,"
                                + " metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: \"1.20\": must be"
                                + " \"latest\" or \"v1.x\"]");
        assertThat(code(() -> label("enforce", "strict"))).isEqualTo(422);
    }

    @Test
    void whoMakesANamespaceStricterIsToldWhichPodsBreakIt() {
        world.pod("b", "hostPID: true");
        world.pod("a", "hostPID: true");
        world.pod("good", "");

        assertThat(label("enforce", "baseline"))
                .containsExactly(
                        "existing pods in namespace \"shop\" violate the new PodSecurity enforce level"
                                + " \"baseline:latest\"",
                        "a (and 1 other pod): host namespaces");
        assertThat(label("enforce", "privileged")).isEmpty();
    }

    @Test
    void onlyAnUpdateOfImagesIsLookedAtAgain() {
        ObjectValue pod = world.pod("web", "hostPID: true");
        label("enforce", "baseline");
        ObjectValue labelled =
                pod.update("metadata", metadata -> metadata.with("labels", ObjectValue.EMPTY.with("a", "b")));

        assertThat(refusal(() -> world.update(PODS + "/web", labelled))).isEmpty();
        assertThat(refusal(() -> world.cluster.patch(
                        PatchType.STRATEGIC_MERGE,
                        PODS + "/web",
                        "{\"spec\":{\"containers\":[{\"name\":\"c1\",\"image\":\"other\"}]}}")))
                .contains("violates PodSecurity \"baseline:latest\"");
    }

    @Test
    void whatIsExemptIsNotLookedAt() {
        world = new AdmissionWorld(AdmissionSettings.DEFAULT.configuring("PodSecurity", yaml("""
                        apiVersion: pod-security.admission.config.k8s.io/v1
                        kind: PodSecurityConfiguration
                        defaults: {enforce: baseline}
                        exemptions: {usernames: [root], runtimeClasses: [kata], namespaces: [kube-system]}
                        """)));
        world.create("node.k8s.io/v1/runtimeclasses", "metadata: {name: kata}\nhandler: kata");
        world.create("v1/namespaces/kube-system/serviceaccounts", "metadata: {name: default}");
        String bad = "hostPID: true";
        ObjectValue pod = yaml(AdmissionWorld.podText("web", "", bad));

        assertThat(refusal(() -> world.pod("web", bad))).contains("violates PodSecurity \"baseline:latest\"");
        assertThat(refusal(() -> world.pod("kata", bad + "\nruntimeClassName: kata")))
                .isEmpty();
        assertThat(refusal(
                        () -> world.create("v1/namespaces/kube-system/pods", AdmissionWorld.podText("sys", "", bad))))
                .isEmpty();
        assertThat(refusal(() -> world.as(User.of("root", User.MASTERS), Verb.CREATE, PODS, pod)))
                .isEmpty();
    }

    @Test
    void aConfigurationThatNamesAnUnknownLevelDoesNotStart() {
        assertThat(catchThrowable(() -> new AdmissionWorld(
                        AdmissionSettings.DEFAULT.configuring("PodSecurity", yaml("defaults: {enforce: strict}")))))
                .hasMessage("PodSecurity: defaults.enforce: Invalid value: \"strict\"");
    }
}
