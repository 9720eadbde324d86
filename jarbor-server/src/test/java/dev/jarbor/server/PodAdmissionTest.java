package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.testing.Conformance;
import org.junit.jupiter.api.Test;

/** What is on by default and fills in or refuses pods: accounts, priorities, runtime classes, topology. */
class PodAdmissionTest {
    private static final String CLASSES = "scheduling.k8s.io/v1/priorityclasses";
    private static final String RUNTIMES = "node.k8s.io/v1/runtimeclasses";

    private final AdmissionWorld world = new AdmissionWorld();

    private void account(String yaml) {
        world.create("v1/namespaces/shop/serviceaccounts", yaml);
    }

    private boolean mountsToken(String name, String spec) {
        return world.pod(name, spec).object("spec").list("volumes").objects().stream()
                .anyMatch(volume -> volume.string("name").startsWith("kube-api-access-"));
    }

    @Test
    @Conformance("AU-03")
    void anAccountOrAPodOptsOutOfItsTokenAndThePodHasTheLastWord() {
        account("metadata: {name: mount}\nautomountServiceAccountToken: true");
        account("metadata: {name: nomount}\nautomountServiceAccountToken: false");

        String[][] cases = {
            {"default", "", "true"},
            {"default", "automountServiceAccountToken: true", "true"},
            {"default", "automountServiceAccountToken: false", "false"},
            {"mount", "", "true"},
            {"mount", "automountServiceAccountToken: true", "true"},
            {"mount", "automountServiceAccountToken: false", "false"},
            {"nomount", "", "false"},
            {"nomount", "automountServiceAccountToken: true", "true"},
            {"nomount", "automountServiceAccountToken: false", "false"},
        };
        for (int i = 0; i < cases.length; i++) {
            String spec = "serviceAccountName: " + cases[i][0] + "\n" + cases[i][1];
            assertThat(mountsToken("pod-" + i, spec)).as(spec).isEqualTo(Boolean.parseBoolean(cases[i][2]));
        }
    }

    @Test
    void anAccountMayAllowItsPodsOnlyItsOwnSecrets() {
        account("metadata: {name: strict, annotations: {kubernetes.io/enforce-mountable-secrets: 'true'}}\n"
                + "secrets: [{name: mine}]");

        assertThat(refusal(() -> world.pod(
                        "a", "serviceAccountName: strict\nvolumes: [{name: v, secret: {secretName: yours}}]")))
                .isEqualTo("pods \"a\" is forbidden: volume with secret.secretName=\"yours\" is not allowed because"
                        + " service account strict does not reference that secret");
        assertThat(refusal(() -> world.create(
                        PODS,
                        "metadata: {name: b}\nspec: {serviceAccountName: strict, containers: [{name: c, image: i, env:"
                                + " [{name: K, valueFrom: {secretKeyRef: {name: yours, key: k}}}]}]}")))
                .isEqualTo("pods \"b\" is forbidden: container c with envVar K referencing"
                        + " secret.secretName=\"yours\" is not allowed because service account strict does not reference"
                        + " that secret");
        assertThat(refusal(() ->
                        world.pod("c", "serviceAccountName: strict\nvolumes: [{name: v, secret: {secretName: mine}}]")))
                .isEmpty();
    }

    @Test
    void aMirrorPodHasNoIdentity() {
        String mirror = ", annotations: {kubernetes.io/config.mirror: x}";

        assertThat(refusal(
                        () -> world.create(PODS, AdmissionWorld.podText("a", mirror, "serviceAccountName: default"))))
                .isEqualTo("pods \"a\" is forbidden: a mirror pod may not reference service accounts");
        assertThat(refusal(() -> world.create(
                        PODS, AdmissionWorld.podText("a", mirror, "volumes: [{name: v, secret: {secretName: s}}]"))))
                .isEqualTo("pods \"a\" is forbidden: a mirror pod may not reference secrets");
    }

    @Test
    @Conformance("SCH-08")
    void thePrioritiesOfClassesAreFixedAndTheirOtherFieldsAreNot() {
        world.create(CLASSES, "metadata: {name: p1}\nvalue: 1");
        world.create(CLASSES, "metadata: {name: p2}\nvalue: 2");
        ObjectValue p1 = world.get(CLASSES + "/p1");

        ObjectValue described = world.update(CLASSES + "/p1", p1.with("description", "first"));
        assertThat(described.string("description")).isEqualTo("first");
        ObjectValue patched = world.cluster.patch(PatchType.MERGE, CLASSES + "/p2", "{\"description\":\"second\"}");
        assertThat(patched.string("description")).isEqualTo("second");
        assertThat(refusal(() -> world.update(CLASSES + "/p1", described.with("value", 100))))
                .startsWith("PriorityClass.scheduling.k8s.io \"p1\" is invalid: value: ");
        assertThat(refusal(() -> world.cluster.patch(PatchType.MERGE, CLASSES + "/p2", "{\"value\":200}")))
                .startsWith("PriorityClass.scheduling.k8s.io \"p2\" is invalid: value: ");
        assertThat(world.cluster.list(CLASSES, Query.NONE).list("items").objects().stream()
                        .map(item -> item.object("metadata").string("name")))
                .contains("p1", "p2");
        world.cluster.delete(CLASSES + "/p1", "{}");
        assertThat(refusal(() -> world.get(CLASSES + "/p1"))).contains("not found");
    }

    @Test
    void aPodGetsThePriorityOfItsClassAndMaySayNoOther() {
        world.create(CLASSES, "metadata: {name: high}\nvalue: 1000\npreemptionPolicy: Never");

        ObjectValue spec = world.pod("a", "priorityClassName: high").object("spec");
        assertThat(spec.integer("priority")).isEqualTo(1000);
        assertThat(spec.string("preemptionPolicy")).isEqualTo("Never");
        assertThat(refusal(() -> world.pod("b", "priorityClassName: high\npriority: 5")))
                .isEqualTo(
                        "pods \"b\" is forbidden: the integer value of priority (5) must not be provided in pod spec;"
                                + " priority admission controller computed 1000 from the given PriorityClass name");
        assertThat(refusal(() -> world.pod("b", "priorityClassName: high\npreemptionPolicy: PreemptLowerPriority")))
                .isEqualTo(
                        "pods \"b\" is forbidden: the string value of PreemptionPolicy (PreemptLowerPriority) must not"
                                + " be provided in pod spec; priority admission controller computed Never from the given"
                                + " PriorityClass name");
        assertThat(refusal(() -> world.pod("b", "priorityClassName: none")))
                .isEqualTo("pods \"b\" is forbidden: no PriorityClass with name none was found");
    }

    @Test
    void onlyOneClassIsTheDefault() {
        world.create(CLASSES, "metadata: {name: usual}\nvalue: 7\nglobalDefault: true");

        assertThat(world.pod("a", "").object("spec").integer("priority")).isEqualTo(7);
        assertThat(refusal(() -> world.create(CLASSES, "metadata: {name: more}\nvalue: 8\nglobalDefault: true")))
                .isEqualTo(
                        "priorityclasses.scheduling.k8s.io \"more\" is forbidden: PriorityClass usual is already marked"
                                + " as default. Only one default can exist");
    }

    @Test
    @Conformance({"NODE-67", "NODE-68"})
    void aPodOfARuntimeClassThatIsNotThereIsRefused() {
        assertThat(refusal(() -> world.pod("a", "runtimeClassName: nonexistent")))
                .isEqualTo("pods \"a\" is forbidden: pod rejected: RuntimeClass \"nonexistent\" not found");

        world.create(RUNTIMES, "metadata: {name: gone}\nhandler: h");
        world.cluster.delete(RUNTIMES + "/gone", "{}");
        assertThat(refusal(() -> world.pod("a", "runtimeClassName: gone")))
                .isEqualTo("pods \"a\" is forbidden: pod rejected: RuntimeClass \"gone\" not found");
    }

    @Test
    @Conformance("NODE-71")
    void runtimeClassesAreCreatedReadPatchedUpdatedAndDeleted() {
        world.create(RUNTIMES, "metadata: {name: a, labels: {set: x}}\nhandler: h");
        world.create(RUNTIMES, "metadata: {name: b, labels: {set: x}}\nhandler: h");
        world.create(RUNTIMES, "metadata: {name: c, labels: {set: x}}\nhandler: h");
        Query set = Query.NONE.with("labelSelector", "set=x");
        assertThat(refusal(() -> world.create(RUNTIMES, "metadata: {name: a}\nhandler: h")))
                .contains("already exists");
        assertThat(world.cluster.list(RUNTIMES, set).list("items").size()).isEqualTo(3);

        ObjectValue patched = world.cluster.patch(
                PatchType.MERGE, RUNTIMES + "/a", "{\"metadata\":{\"labels\":{\"test\":\"patched\"}}}");
        assertThat(patched.object("metadata").object("labels").string("test")).isEqualTo("patched");
        ObjectValue updated = world.update(
                RUNTIMES + "/a",
                patched.update("metadata", metadata -> metadata.with("annotations", yaml("{updated: 'true'}"))));
        assertThat(updated.object("metadata").object("annotations").string("updated"))
                .isEqualTo("true");
        world.cluster.delete(RUNTIMES + "/a", "{}");
        assertThat(world.cluster.list(RUNTIMES, set).list("items").size()).isEqualTo(2);
        world.cluster.handle(Verb.DELETECOLLECTION, RUNTIMES, set, ObjectValue.EMPTY);
        assertThat(world.cluster.list(RUNTIMES, set).list("items").isEmpty()).isTrue();
    }

    @Test
    void aRuntimeClassAddsItsOverheadAndWhereItRuns() {
        world.create(RUNTIMES, """
                metadata: {name: kata}
                handler: kata
                overhead: {podFixed: {cpu: 250m, memory: 120Mi}}
                scheduling:
                  nodeSelector: {kata: 'yes'}
                  tolerations: [{key: kata, operator: Exists}]
                """);

        ObjectValue spec = world.pod("a", "runtimeClassName: kata\nnodeSelector: {disk: ssd}")
                .object("spec");
        assertThat(spec.object("overhead")).isEqualTo(yaml("{cpu: 250m, memory: 120Mi}"));
        assertThat(spec.object("nodeSelector")).isEqualTo(yaml("{disk: ssd, kata: 'yes'}"));
        assertThat(spec.list("tolerations").objects()).contains(yaml("{key: kata, operator: Exists}"));
        assertThat(refusal(() -> world.pod("b", "runtimeClassName: kata\nnodeSelector: {kata: 'no'}")))
                .isEqualTo("pods \"b\" is forbidden: conflict: runtimeClass.scheduling.nodeSelector[kata] = yes;"
                        + " pod.spec.nodeSelector[kata] = no");
        assertThat(refusal(() -> world.pod("b", "runtimeClassName: kata\noverhead: {cpu: 1}")))
                .isEqualTo("pods \"b\" is forbidden: pod rejected: Pod's Overhead doesn't match RuntimeClass's defined"
                        + " Overhead");
        assertThat(refusal(() -> world.pod("b", "overhead: {cpu: 1}")))
                .isEqualTo("pods \"b\" is forbidden: pod rejected: Pod Overhead set without corresponding RuntimeClass"
                        + " defined Overhead");
    }

    @Test
    void aBoundPodKnowsTheZoneOfItsNode() {
        world.create(
                "v1/nodes",
                "metadata: {name: node, labels: {topology.kubernetes.io/zone: z, topology.kubernetes.io/region: r, a: b}}");
        world.pod("web", "");
        world.create(PODS + "/web/binding", "target: {kind: Node, name: node}");

        assertThat(world.get(PODS + "/web").object("metadata").object("labels"))
                .isEqualTo(yaml("{topology.kubernetes.io/region: r, topology.kubernetes.io/zone: z}"));
    }
}
