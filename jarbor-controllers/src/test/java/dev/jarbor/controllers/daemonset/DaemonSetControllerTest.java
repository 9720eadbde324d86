package dev.jarbor.controllers.daemonset;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static dev.jarbor.controllers.Samples.template;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.apps.v1.DaemonSet;
import dev.jarbor.api.apps.v1.DaemonSetSpec;
import dev.jarbor.api.apps.v1.DaemonSetUpdateStrategy;
import dev.jarbor.api.apps.v1.RollingUpdateDaemonSet;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.PodState;
import dev.jarbor.controllers.common.Unseen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After the reference's e2e tests of DaemonSets, under virtual time. */
class DaemonSetControllerTest {
    private static World world(long seed, int nodes) {
        World world = new World(seed).withNodes();
        for (int i = 0; i < nodes; i++) {
            world.api.create(Node.KIND, node("node-" + i));
        }
        return world.start(new DaemonSetController(world.api, world.informers, world.runtime, world.events));
    }

    private static Node node(String name) {
        Node node = new Node(Node.EMPTY.value());
        return node.withMetadata(node.metadata().withName(name).withLabels(Map.of("kubernetes.io/hostname", name)));
    }

    private static DaemonSet agent(int maxSurge, int maxUnavailable) {
        return DaemonSet.named(NAMESPACE, "agent")
                .withSpec(DaemonSetSpec.EMPTY
                        .withRevisionHistoryLimit(10)
                        .withSelector(LabelSelector.EMPTY.withMatchLabels(Map.of("app", "agent")))
                        .withUpdateStrategy(DaemonSetUpdateStrategy.EMPTY
                                .withType("RollingUpdate")
                                .withRollingUpdate(RollingUpdateDaemonSet.EMPTY
                                        .withMaxSurge(IntOrString.of(maxSurge))
                                        .withMaxUnavailable(IntOrString.of(maxUnavailable))))
                        .withTemplate(template("agent", "image:1")));
    }

    private static DaemonSet withImage(DaemonSet set, String image) {
        return set.withSpec(set.spec().withTemplate(template("agent", image)));
    }

    private static DaemonSet set(World world) {
        return world.the(DaemonSet.KIND, NAMESPACE, "agent");
    }

    private static Map<String, String> imagesByNode(World world) {
        var images = new TreeMap<String, String>();
        for (Pod pod : world.all(Pod.KIND)) {
            images.merge(
                    pod.spec().nodeName(),
                    pod.spec().containers().getFirst().image(),
                    (one, other) -> one + "," + other);
        }
        return images;
    }

    @Test
    void everyNodeGetsOnePodAndAStoppedOneIsRevived() {
        World world = world(1, 3);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        assertThat(imagesByNode(world)).hasSize(3).containsOnlyKeys("node-0", "node-1", "node-2");
        var status = set(world).status();
        assertThat(status.desiredNumberScheduled()).isEqualTo(3);
        assertThat(status.currentNumberScheduled()).isEqualTo(3);
        assertThat(status.numberReady()).isEqualTo(3);
        assertThat(status.numberAvailable()).isEqualTo(3);
        assertThat(status.updatedNumberScheduled()).isEqualTo(3);
        assertThat(status.hasNumberUnavailable()).isFalse();

        world.api.delete(Pod.KIND, world.all(Pod.KIND).getFirst().key());
        world.settle();
        assertThat(imagesByNode(world)).hasSize(3);
    }

    @Test
    void podsTolerateWhatSendsOthersAway() {
        World world = world(1, 1);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        assertThat(world.all(Pod.KIND).getFirst().spec().tolerations())
                .extracting(Toleration::key)
                .containsExactly(
                        "node.kubernetes.io/not-ready",
                        "node.kubernetes.io/unreachable",
                        "node.kubernetes.io/disk-pressure",
                        "node.kubernetes.io/memory-pressure",
                        "node.kubernetes.io/pid-pressure",
                        "node.kubernetes.io/unschedulable");
    }

    @Test
    void aNodeThatComesGetsAPodAndOneThatNoLongerFitsLosesIt() {
        World world = world(1, 2);
        DaemonSet selective = agent(0, 1);
        var template = selective.spec().template();
        world.api.create(
                DaemonSet.KIND,
                selective.withSpec(selective
                        .spec()
                        .withTemplate(template.withSpec(template.spec().withNodeSelector(Map.of("color", "blue"))))));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(set(world).status().desiredNumberScheduled()).isZero();

        Node blue = node("node-2");
        blue = blue.withMetadata(blue.metadata().withLabels(Map.of("color", "blue")));
        world.api.create(Node.KIND, blue);
        world.settle();
        assertThat(imagesByNode(world)).containsOnlyKeys("node-2");

        world.change(Node.KIND, blue, node -> node.withMetadata(node.metadata().withLabels(Map.of("color", "green"))));
        world.settle();
        assertThat(world.all(Pod.KIND)).isEmpty();
    }

    @Test
    void aTaintKeepsPodsAwayAndOnlyNoExecuteSendsThemAway() {
        World world = world(1, 2);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        Taint later = Taint.EMPTY.withKey("dedicated").withValue("db").withEffect("NoSchedule");
        world.change(
                Node.KIND, node("node-0"), node -> node.withSpec(node.spec().withTaints(List.of(later))));
        world.settle();
        assertThat(imagesByNode(world)).containsOnlyKeys("node-0", "node-1");
        assertThat(set(world).status().numberMisscheduled()).isEqualTo(1);

        world.change(
                Node.KIND,
                node("node-0"),
                node -> node.withSpec(node.spec().withTaints(List.of(later.withEffect("NoExecute")))));
        world.settle();
        assertThat(imagesByNode(world)).containsOnlyKeys("node-1");
    }

    /** Ends the only pod as soon as it is ready, as often as that happens in {@code seconds}. */
    private static int ended(World world, String phase, int seconds) {
        int ended = 0;
        for (int second = 0; second < seconds; second++) {
            for (Pod pod : world.all(Pod.KIND)) {
                if (PodState.isReady(pod) && pod.status().phase().equals("Running")) {
                    world.api.put(Pod.KIND, pod.withStatus(pod.status().withPhase(phase)));
                    ended++;
                }
            }
            world.runtime.advance(Duration.ofSeconds(1));
        }
        return ended;
    }

    @Test
    void whatEndsWellIsReplacedAtOnceEachTime() {
        World world = world(1, 1);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        assertThat(ended(world, "Succeeded", 600)).isGreaterThan(60);
        assertThat(world.told()).anyMatch(event -> event.startsWith("SucceededDaemonPod: Found succeeded daemon pod"));
    }

    @Test
    void aNewGenerationIsNotHeldBackByTheFailuresOfTheOld() {
        World world = world(1, 1);
        DaemonSet set = world.api.create(DaemonSet.KIND, agent(0, 1));
        ended(world, "Failed", 600);
        int held = ended(world, "Failed", 120);
        world.change(
                DaemonSet.KIND, set, before -> before.withSpec(before.spec().withMinReadySeconds(1)));
        assertThat(ended(world, "Failed", 120)).isGreaterThan(held + 2);
    }

    @Test
    void aFailedPodIsReplacedSlowerEachTime() {
        World world = world(1, 1);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        int replaced = 0;
        String last = "";
        for (int second = 0; second < 600; second++) {
            Pod pod = world.all(Pod.KIND).stream().findFirst().orElse(Pod.named(NAMESPACE, "none"));
            if (!pod.metadata().uid().equals(last) && PodState.isReady(pod)) {
                last = pod.metadata().uid();
                replaced++;
                world.api.put(Pod.KIND, pod.withStatus(pod.status().withPhase("Failed")));
            }
            world.runtime.advance(Duration.ofSeconds(1));
        }
        assertThat(replaced).isBetween(5, 12);
        assertThat(world.told())
                .anyMatch(event -> event.startsWith("FailedDaemonPod: Found failed daemon pod shop/agent-")
                        && event.endsWith(" on node node-0, will try to kill it"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aRollingUpdateNeverTakesMoreNodesOutThanAllowed(long seed) {
        World world = world(seed, 6);
        world.api.create(DaemonSet.KIND, agent(0, 2));
        world.settle();
        world.change(DaemonSet.KIND, agent(0, 2), set -> withImage(set, "image:2"));
        for (int i = 0; i < 200; i++) {
            world.trouble(12);
            world.runtime.advance(Duration.ofMillis(200), () -> {
                assertThat(world.all(Pod.KIND))
                        .as("seed %d", seed)
                        .filteredOn(pod -> PodState.isReady(pod) && PodState.isActive(pod))
                        .hasSizeGreaterThanOrEqualTo(4);
                assertThat(world.all(Pod.KIND)).as("seed %d", seed).hasSizeLessThanOrEqualTo(6);
            });
        }
        world.calm();
        assertThat(imagesByNode(world).values()).as("seed %d", seed).hasSize(6).containsOnly("image:2");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aSurgeStartsTheSuccessorBeforeTheOldPodGoes(long seed) {
        World world = world(seed, 6);
        world.api.create(DaemonSet.KIND, agent(2, 0));
        world.settle();
        world.change(DaemonSet.KIND, agent(2, 0), set -> withImage(set, "image:2"));
        for (int i = 0; i < 200; i++) {
            world.trouble(12);
            world.runtime.advance(Duration.ofMillis(200), () -> {
                List<Pod> active =
                        world.all(Pod.KIND).stream().filter(PodState::isActive).toList();
                assertThat(active).as("seed %d", seed).hasSizeLessThanOrEqualTo(8);
                assertThat(active)
                        .as("seed %d", seed)
                        .filteredOn(PodState::isReady)
                        .extracting(DaemonPods::nodeOf)
                        .contains("node-0", "node-1", "node-2", "node-3", "node-4", "node-5");
            });
        }
        world.calm();
        assertThat(imagesByNode(world).values()).as("seed %d", seed).hasSize(6).containsOnly("image:2");
    }

    @Test
    void aRollbackRestartsOnlyWhatHadChangedAndRaisesTheOldRevision() {
        World world = world(1, 4);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        // The new image never becomes ready, so the update stops after the first node.
        world.healthy(pod -> !pod.spec().containers().getFirst().image().equals("image:bad"));
        world.change(DaemonSet.KIND, agent(0, 1), set -> withImage(set, "image:bad"));
        world.settle();
        List<String> untouched = world.all(Pod.KIND).stream()
                .filter(PodState::isReady)
                .map(pod -> pod.metadata().uid())
                .toList();
        assertThat(untouched).hasSize(3);

        world.change(DaemonSet.KIND, agent(0, 1), set -> withImage(set, "image:1"));
        world.settle();
        assertThat(world.all(Pod.KIND)).extracting(pod -> pod.metadata().uid()).containsAll(untouched);
        assertThat(imagesByNode(world).values()).hasSize(4).containsOnly("image:1");
        assertThat(world.all(ControllerRevision.KIND))
                .extracting(ControllerRevision::revision)
                .containsExactlyInAnyOrder(2L, 3L);
    }

    @Test
    void onDeleteReplacesOnlyWhatSomebodyDeletes() {
        World world = world(1, 2);
        DaemonSet manual = agent(0, 1);
        manual = manual.withSpec(manual.spec().withUpdateStrategy(DaemonSetUpdateStrategy.EMPTY.withType("OnDelete")));
        world.api.create(DaemonSet.KIND, manual);
        world.settle();
        world.change(DaemonSet.KIND, manual, set -> withImage(set, "image:2"));
        world.settle();
        assertThat(imagesByNode(world).values()).containsOnly("image:1");
        world.api.delete(Pod.KIND, world.all(Pod.KIND).getFirst().key());
        world.settle();
        assertThat(imagesByNode(world).values()).containsExactlyInAnyOrder("image:1", "image:2");
        assertThat(set(world).status().updatedNumberScheduled()).isEqualTo(1);
    }

    @Test
    void historyIsKeptUpToItsLimit() {
        World world = world(1, 1);
        DaemonSet set = agent(0, 1);
        world.api.create(DaemonSet.KIND, set.withSpec(set.spec().withRevisionHistoryLimit(2)));
        for (int i = 2; i < 7; i++) {
            String image = "image:" + i;
            world.settle();
            world.change(DaemonSet.KIND, set, before -> withImage(before, image));
        }
        world.settle();
        assertThat(world.all(ControllerRevision.KIND))
                .extracting(ControllerRevision::revision)
                .containsExactlyInAnyOrder(4L, 5L, 6L);
    }

    @Test
    void aSecondLookWritesNothing() {
        World world = world(1, 3);
        world.api.create(DaemonSet.KIND, agent(0, 1));
        world.settle();
        String version = set(world).metadata().resourceVersion();
        world.change(
                Node.KIND,
                node("node-0"),
                node -> node.withMetadata(node.metadata().withLabels(Map.of("more", "labels"))));
        world.settle();
        assertThat(set(world).metadata().resourceVersion()).isEqualTo(version);
    }

    @Test
    void aDeletionThatMeetsAConflictIsTriedAgainThoughNothingHappensMeanwhile() {
        World world = world(1, 1);
        world.api.create(DaemonSet.KIND, agent(1, 0));
        world.settle();
        world.api.failNext(
                request -> request.verb() == Verb.DELETE, ApiException.conflict(Pod.KIND, "somebody-was-faster"));
        world.change(DaemonSet.KIND, set(world), before -> withImage(before, "image:2"));
        world.runtime.advance(Unseen.PATIENCE.minusSeconds(5));
        assertThat(imagesByNode(world)).isEqualTo(Map.of("node-0", "image:2"));
    }
}
