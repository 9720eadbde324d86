package dev.jarbor.controllers.disruption;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.IntOrString;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.LabelSelector;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.policy.v1.PodDisruptionBudget;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetSpec;
import dev.jarbor.api.policy.v1.PodDisruptionBudgetStatus;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.common.Disruption;
import dev.jarbor.controllers.deployment.DeploymentController;
import dev.jarbor.controllers.replicaset.ReplicaSetController;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DisruptionControllerTest {
    private static World world() {
        World world = new World(1).withNodes();
        return world.start(
                new DeploymentController(world.api, world.informers, world.runtime, world.events),
                new ReplicaSetController(world.api, world.informers, world.runtime, world.events),
                new DisruptionController(world.api, world.informers, world.runtime, world.events));
    }

    private static PodDisruptionBudget budget(UnaryOperator<PodDisruptionBudgetSpec> change) {
        return PodDisruptionBudget.named(NAMESPACE, "web")
                .withSpec(change.apply(PodDisruptionBudgetSpec.EMPTY.withSelector(
                        LabelSelector.EMPTY.withMatchLabels(Map.of("app", "web")))));
    }

    private static PodDisruptionBudgetStatus status(World world) {
        return world.the(PodDisruptionBudget.KIND, NAMESPACE, "web").status();
    }

    private static void says(World world, int healthy, int desired, int expected, int allowed) {
        PodDisruptionBudgetStatus status = status(world);
        assertThat(List.of(
                        status.currentHealthy(),
                        status.desiredHealthy(),
                        status.expectedPods(),
                        status.disruptionsAllowed()))
                .containsExactly(healthy, desired, expected, allowed);
        assertThat(status.conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.type()).isEqualTo("DisruptionAllowed");
            assertThat(condition.reason()).isEqualTo(allowed > 0 ? "SufficientPods" : "InsufficientPods");
        });
    }

    @Test
    void whatMayBeUnavailableIsOfWhatTheOwnersWant() {
        World world = world();
        Deployment web = world.api.create(Deployment.KIND, Samples.deployment("web", 7));
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMaxUnavailable(IntOrString.of("30%"))));
        world.settle();
        // 30 % of 7 are rounded up to 3.
        says(world, 7, 4, 7, 3);
        world.change(Deployment.KIND, web, before -> Samples.withReplicas(before, 2));
        world.settle();
        says(world, 2, 1, 2, 1);
    }

    @Test
    void aPodOfTwoBudgetsIsToldOf() {
        World world = world();
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMinAvailable(IntOrString.of(1))));
        world.api.create(
                PodDisruptionBudget.KIND,
                PodDisruptionBudget.named(NAMESPACE, "other")
                        .withSpec(budget(spec -> spec.withMinAvailable(IntOrString.of(1)))
                                .spec()));
        world.api.create(Deployment.KIND, Samples.deployment("web", 1));
        world.settle();
        Pod pod = world.all(Pod.KIND).getFirst();
        assertThat(world.told())
                .contains("MultiplePodDisruptionBudgets: Pod \"shop\"/\"" + pod.name()
                        + "\" matches multiple PodDisruptionBudgets.  Chose \"other\" arbitrarily.");
        says(world, 1, 1, 1, 0);
    }

    @Test
    void whatMustBeAvailableAsANumberIsOfThePodsThatThereAre() {
        World world = world();
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMinAvailable(IntOrString.of(2))));
        world.settle();
        says(world, 0, 2, 0, 0);
        assertThat(world.told()).contains("NoPods: No matching pods found");
        world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        says(world, 3, 2, 3, 1);
    }

    @Test
    void podsThatAreNotReadyAreNotHealthy() {
        World world = world();
        world.healthy(pod -> false);
        world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMinAvailable(IntOrString.of(1))));
        world.settle();
        says(world, 0, 1, 3, 0);
    }

    @Test
    void aGrantedEvictionCountsUntilItsPodGoesOrTwoMinutesHavePassed() {
        World world = world();
        world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        PodDisruptionBudget made =
                world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMinAvailable(IntOrString.of(1))));
        world.settle();
        says(world, 3, 1, 3, 2);
        Pod granted = world.all(Pod.KIND).getFirst();
        world.api.updateStatus(
                PodDisruptionBudget.KIND,
                world.api
                        .get(PodDisruptionBudget.KIND, made.key())
                        .withStatus(status(world)
                                .withDisruptionsAllowed(1)
                                .withDisruptedPods(Map.of(granted.name(), world.runtime.now()))));
        world.runtime.advance(Duration.ofSeconds(90));
        says(world, 2, 1, 3, 1);
        world.runtime.advance(Duration.ofSeconds(60));
        says(world, 3, 1, 3, 2);
        assertThat(status(world).disruptedPods()).isEmpty();
        assertThat(world.told()).contains("NotDeleted: Pod was expected by PDB shop/web to be deleted but it wasn't");
    }

    @Test
    void podsWithoutAnOwnerAreWarnedAboutWhereTheBudgetIsAboutOwners() {
        World world = world();
        Pod lone = Pod.named(NAMESPACE, "lone");
        world.api.create(Pod.KIND, lone.withMetadata(lone.metadata().withLabels(Map.of("app", "web"))));
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMaxUnavailable(IntOrString.of(1))));
        world.settle();
        says(world, 1, 0, 0, 0);
        assertThat(world.told())
                .anyMatch(event -> event.startsWith(
                        "UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: app=web) were found"));
    }

    private static World withPodOf(String apiVersion, String kind) {
        return withPodOf(new World(1), apiVersion, kind);
    }

    private static World withPodOf(World world, String apiVersion, String kind) {
        world.start(new DisruptionController(world.api, world.informers, world.runtime, world.events));
        Pod pod = Pod.named(NAMESPACE, "web-0");
        world.api.put(
                Pod.KIND,
                pod.withMetadata(pod.metadata()
                        .withLabels(Map.of("app", "web"))
                        .withOwnerReferences(List.of(OwnerReference.EMPTY
                                .withApiVersion(apiVersion)
                                .withKind(kind)
                                .withName("web")
                                .withUid("u1")
                                .withController(true)))));
        world.api.create(PodDisruptionBudget.KIND, budget(spec -> spec.withMaxUnavailable(IntOrString.of(1))));
        world.settle();
        return world;
    }

    private static void failsBecause(World world, String why) {
        assertThat(status(world).conditions()).singleElement().satisfies(condition -> {
            assertThat(condition.reason()).isEqualTo("SyncFailed");
            assertThat(condition.message()).isEqualTo(why);
        });
        assertThat(world.told())
                .contains("CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: " + why);
    }

    @Test
    void ownersThatHaveNoScaleAreNamedByTheirResource() {
        failsBecause(withPodOf("apps/v1", "DaemonSet"), "daemonsets.apps does not implement the scale subresource");
        failsBecause(withPodOf("batch/v1", "Job"), "jobs.batch does not implement the scale subresource");
        failsBecause(withPodOf("example.com/v1", "Web"), "no matches for kind \"Web\" in version \"example.com/v1\"");
        failsBecause(withPodOf("apps/v1", "StatefulSet"), "found no controllers for pod \"web-0\"");
    }

    @Test
    void whoeverServesTheKindOfAnOwnerIsAskedForItsScale() {
        World world = new World(1);
        var webs = new ResourceDefinition(
                "example.com",
                "v1",
                "webs",
                "web",
                "Web",
                true,
                List.of(),
                List.of(),
                List.of("get", "list"),
                List.of(new SubresourceDefinition(
                        "scale", List.of("get"), new GroupVersionKind("autoscaling", "v1", "Scale"))));
        world.api.answer(
                request -> request.path().equals(ResourcePath.ofResources("example.com", "v1")),
                request -> ResourceList.of("example.com", "v1", List.of(webs)));
        world.api.answer(
                request ->
                        request.path().equals(new ResourcePath("example.com", "v1", "webs", NAMESPACE, "web", "scale")),
                request -> ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "web").with("uid", "u1"))
                        .with("spec", ObjectValue.EMPTY.with("replicas", 5)));
        says(withPodOf(world, "example.com/v1", "Web"), 0, 4, 5, 0);
    }

    @Test
    void aPodThatWasToGoAndDidNotIsNoTargetAnyMore() {
        World world = new World(1);
        world.start(new DisruptionController(world.api, world.informers, world.runtime, world.events));
        Pod pod = Pod.named(NAMESPACE, "web");
        world.api.put(
                Pod.KIND, pod.withStatus(Disruption.of(pod, "EvictionByEvictionAPI", "going", world.runtime.now())));
        Pod kubelets = Pod.named(NAMESPACE, "starved");
        world.api.put(
                Pod.KIND,
                kubelets.withStatus(Disruption.of(kubelets, "TerminationByKubelet", "", world.runtime.now())));
        world.runtime.advance(Duration.ofSeconds(110));
        assertThat(disrupted(world, "web")).isEqualTo("True EvictionByEvictionAPI");
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(disrupted(world, "web")).isEqualTo("False ");
        assertThat(disrupted(world, "starved")).isEqualTo("True TerminationByKubelet");
    }

    private static String disrupted(World world, String pod) {
        return world.the(Pod.KIND, NAMESPACE, pod).status().conditions().stream()
                .filter(condition -> condition.type().equals("DisruptionTarget"))
                .map(condition -> condition.status() + " " + condition.reason())
                .findFirst()
                .orElse("");
    }
}
