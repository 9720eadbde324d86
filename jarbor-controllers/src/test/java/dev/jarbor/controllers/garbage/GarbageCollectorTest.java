package dev.jarbor.controllers.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.apps.v1.ReplicaSet;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.deployment.DeploymentController;
import dev.jarbor.controllers.replicaset.ReplicaSetController;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GarbageCollectorTest {
    private static final Set<String> KINDS = Set.of("Deployment", "ReplicaSet", "Pod", "ConfigMap", "Node", "Secret");
    private static final String NAMESPACE = Samples.NAMESPACE;

    private static GarbageCollector collector(World world) {
        List<ResourceDefinition> resources = Schemas.builtIn().resources().stream()
                .filter(resource -> KINDS.contains(resource.kind()))
                .toList();
        return new GarbageCollector(
                world.api, world.informers, world.runtime, world.events, resources, new MetricRegistry());
    }

    private static World world(long seed) {
        World world = new World(seed);
        return world.start(collector(world));
    }

    private static World wholeWorld(long seed) {
        World world = new World(seed).withNodes();
        return world.start(
                new ReplicaSetController(world.api, world.informers, world.runtime, world.events),
                new DeploymentController(world.api, world.informers, world.runtime, world.events),
                collector(world));
    }

    private static OwnerReference reference(KubeObject owner) {
        return OwnerReference.EMPTY
                .withApiVersion(owner.apiVersion())
                .withKind(owner.kind())
                .withName(owner.name())
                .withUid(owner.metadata().uid())
                .withBlockOwnerDeletion(true);
    }

    private static ConfigMap owned(World world, String namespace, String name, KubeObject... owners) {
        ConfigMap configMap = ConfigMap.named(namespace, name);
        List<OwnerReference> references = new ArrayList<>();
        for (KubeObject owner : owners) {
            references.add(reference(owner));
        }
        return world.api.create(
                ConfigMap.KIND, configMap.withMetadata(configMap.metadata().withOwnerReferences(references)));
    }

    private static List<String> names(World world) {
        return world.all(ConfigMap.KIND).stream().map(ConfigMap::name).toList();
    }

    @Test
    void whatLosesItsOnlyOwnerIsDeletedDownToTheLastGrandchild() {
        World world = wholeWorld(1);
        Deployment made = world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        world.api.delete(Deployment.KIND, made.key(), DeleteOptions.NONE.propagation("Background"));
        world.settle();
        assertThat(world.all(ReplicaSet.KIND)).isEmpty();
        assertThat(world.all(Pod.KIND)).isEmpty();
    }

    @Test
    void inTheForegroundTheOwnerGoesLast() {
        World world = wholeWorld(2);
        Deployment made = world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        world.api.delete(Deployment.KIND, made.key(), DeleteOptions.NONE.propagation("Foreground"));
        world.runtime.advance(Duration.ofMinutes(2), () -> {
            assertThat(world.all(Deployment.KIND).isEmpty()
                            && !world.all(ReplicaSet.KIND).isEmpty())
                    .isFalse();
            assertThat(world.all(ReplicaSet.KIND).isEmpty()
                            && !world.all(Pod.KIND).isEmpty())
                    .isFalse();
        });
        assertThat(world.all(Deployment.KIND)).isEmpty();
    }

    @Test
    void anOwnerInTheForegroundDoesNotWaitForWhatItHasLetGo() {
        World world = world(1);
        ConfigMap going = owned(world, NAMESPACE, "going");
        ConfigMap staying = owned(world, NAMESPACE, "staying");
        owned(world, NAMESPACE, "child", going, staying);
        world.settle();
        world.api.delete(ConfigMap.KIND, going.key(), DeleteOptions.NONE.propagation("Foreground"));
        world.settle();
        assertThat(world.all(ConfigMap.KIND)).extracting(ConfigMap::name).containsExactlyInAnyOrder("staying", "child");
    }

    @Test
    void orphansStayAndForgetTheirOwner() {
        World world = wholeWorld(3);
        Deployment made = world.api.create(Deployment.KIND, Samples.deployment("web", 3));
        world.settle();
        world.api.delete(Deployment.KIND, made.key(), DeleteOptions.NONE.propagation("Orphan"));
        world.settle();
        assertThat(world.all(Deployment.KIND)).isEmpty();
        assertThat(world.all(ReplicaSet.KIND))
                .singleElement()
                .satisfies(set -> assertThat(set.metadata().ownerReferences()).isEmpty());
        assertThat(world.all(Pod.KIND)).hasSize(3);
    }

    @Test
    void anObjectThatNamesAnOwnerThatNeverWasIsDeleted() {
        World world = world(1);
        ConfigMap never = ConfigMap.named(NAMESPACE, "never");
        owned(world, NAMESPACE, "child", never.withMetadata(never.metadata().withUid("no-such-uid")));
        world.settle();
        assertThat(names(world)).isEmpty();
    }

    @Test
    void aNewOwnerOfTheOldNameIsNotTheOwner() {
        World world = world(1);
        ConfigMap parent = owned(world, NAMESPACE, "parent");
        owned(world, NAMESPACE, "child", parent);
        world.settle();
        world.api.delete(ConfigMap.KIND, parent.key());
        owned(world, NAMESPACE, "parent");
        world.settle();
        assertThat(names(world)).containsExactly("parent");
    }

    @Test
    void anOwnerInAnotherNamespaceCountsAsAbsentAndIsToldOf() {
        World world = world(1);
        ConfigMap parent = owned(world, "elsewhere", "parent");
        owned(world, NAMESPACE, "child", parent);
        world.settle();
        assertThat(names(world)).containsExactly("parent");
        assertThat(world.told()).anyMatch(event -> event.startsWith("OwnerRefInvalidNamespace: "));
    }

    @Test
    void aClusterScopedObjectWithANamespacedOwnerIsNeverCollected() {
        World world = world(1);
        ConfigMap parent = owned(world, NAMESPACE, "parent");
        world.api.create(
                Node.KIND,
                Node.named("node")
                        .withMetadata(
                                ObjectMeta.EMPTY.withName("node").withOwnerReferences(List.of(reference(parent)))));
        world.settle();
        world.api.delete(ConfigMap.KIND, parent.key());
        world.settle();
        assertThat(world.all(Node.KIND)).hasSize(1);
        assertThat(world.told())
                .contains("OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: , name: parent, uid: "
                        + parent.metadata().uid() + "] does not exist in namespace \"\"");
    }

    @Test
    void nothingIsToldOfANamespacedOwnerThatNobodyHasSeen() {
        World world = world(1);
        OwnerReference nobody = reference(Samples.deployment("web", 1)).withUid("never");
        world.api.create(
                Node.KIND,
                Node.named("node")
                        .withMetadata(ObjectMeta.EMPTY.withName("node").withOwnerReferences(List.of(nobody))));
        world.settle();
        assertThat(world.all(Node.KIND)).hasSize(1);
        assertThat(world.told()).isEmpty();
    }

    @Test
    void whatNamesItsOwnerInAVersionThatIsNotServedIsLeftAlone() {
        World world = world(1);
        Deployment owner = world.api.create(Deployment.KIND, Samples.deployment("web", 1));
        ConfigMap child = ConfigMap.named(NAMESPACE, "child");
        world.api.create(
                ConfigMap.KIND,
                child.withMetadata(child.metadata()
                        .withOwnerReferences(List.of(reference(owner).withApiVersion("apps/v1beta2")))));
        world.settle();
        world.api.delete(Deployment.KIND, owner.key());
        world.settle();
        assertThat(names(world)).containsExactly("child");
    }

    @Test
    void whileOneOwnerCannotBeAskedForNothingIsDoneAboutTheOthers() {
        World world = world(1);
        ConfigMap parent = owned(world, NAMESPACE, "parent");
        ConfigMap child = ConfigMap.named(NAMESPACE, "child");
        OwnerReference thing = OwnerReference.EMPTY
                .withApiVersion("example.com/v1")
                .withKind("Thing")
                .withName("thing")
                .withUid("thing");
        world.api.create(
                ConfigMap.KIND,
                child.withMetadata(child.metadata().withOwnerReferences(List.of(reference(parent), thing))));
        world.settle();
        world.api.delete(ConfigMap.KIND, parent.key());
        world.settle();
        assertThat(world.the(ConfigMap.KIND, NAMESPACE, "child").metadata().ownerReferences())
                .hasSize(2);
    }

    @Test
    void anOwnerThatIsGoneIsAskedForOnceForAllThatItOwned() {
        World world = world(1);
        ConfigMap parent = owned(world, NAMESPACE, "parent");
        for (int i = 0; i < 50; i++) {
            owned(world, NAMESPACE, "child-" + i, parent);
        }
        world.settle();
        world.api.delete(ConfigMap.KIND, parent.key());
        var asked = new ArrayList<ApiRequest>();
        world.api.answer(
                request -> {
                    if (request.verb() == Verb.GET && request.path().name().equals("parent")) {
                        asked.add(request);
                    }
                    return false;
                },
                request -> ObjectValue.EMPTY);
        world.settle();
        assertThat(names(world)).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void anOwnerOfAnUnknownKindIsNeverDoubted() {
        World world = world(1);
        ConfigMap child = ConfigMap.named(NAMESPACE, "child");
        world.api.create(
                ConfigMap.KIND,
                child.withMetadata(child.metadata()
                        .withOwnerReferences(List.of(OwnerReference.EMPTY
                                .withApiVersion("example.com/v1")
                                .withKind("Thing")
                                .withName("thing")
                                .withUid("thing")))));
        world.settle();
        assertThat(names(world)).containsExactly("child");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nothingWithALivingOwnerIsEverDeletedAndNothingWithoutOneStays(long seed) {
        World world = world(seed);
        var random = world.runtime.random();
        int made = 0;
        for (int i = 0; i < 120; i++) {
            world.trouble(12);
            List<ConfigMap> present = world.all(ConfigMap.KIND);
            if (present.size() < 4 || random.nextInt(3) != 0) {
                var owners = new ArrayList<KubeObject>();
                for (int n = random.nextInt(3); n > 0 && !present.isEmpty(); n--) {
                    owners.add(present.get(random.nextInt(present.size())));
                }
                ConfigMap object = ConfigMap.named(NAMESPACE, "object-" + made++);
                object = object.withMetadata(object.metadata()
                        .withOwnerReferences(owners.stream()
                                .map(GarbageCollectorTest::reference)
                                .distinct()
                                .toList()));
                world.api.put(ConfigMap.KIND, object);
            } else {
                ConfigMap victim = present.get(random.nextInt(present.size()));
                try {
                    world.api.delete(ConfigMap.KIND, victim.key());
                } catch (ApiException trouble) {
                    // Then it stays.
                }
            }
            var known = new ArrayList<>(world.all(ConfigMap.KIND));
            world.runtime.advance(Duration.ofMillis(random.nextInt(300)), () -> checkNoLoss(world, known, seed));
        }
        world.calm();
        Set<String> alive = new TreeSet<>();
        world.all(ConfigMap.KIND).forEach(object -> alive.add(object.metadata().uid()));
        assertThat(world.all(ConfigMap.KIND))
                .as("seed %d", seed)
                .allSatisfy(object ->
                        assertThat(object.metadata().ownerReferences()).allMatch(owner -> alive.contains(owner.uid())));
    }

    /** Of what was there before this step, all that has a living owner, or never had one, is there now. */
    private static void checkNoLoss(World world, List<ConfigMap> known, long seed) {
        List<ConfigMap> present = world.all(ConfigMap.KIND);
        var alive = new TreeSet<String>();
        present.forEach(object -> alive.add(object.metadata().uid()));
        for (ConfigMap object : known) {
            List<OwnerReference> owners = object.metadata().ownerReferences();
            if (owners.isEmpty() || owners.stream().anyMatch(owner -> alive.contains(owner.uid()))) {
                assertThat(alive)
                        .as("seed %d: %s", seed, object.name())
                        .contains(object.metadata().uid());
            }
        }
        known.clear();
        known.addAll(present);
    }

    @Test
    void customResourcesAreOwnersAsSoonAsTheirDefinitionIsServed() {
        World world = world(1);
        Samples.defineWidgets(world.api);
        world.settle();
        GenericObject widget = world.api.create(Samples.WIDGET, Samples.widget(NAMESPACE, "owner"));
        owned(world, NAMESPACE, "kept", widget);
        world.settle();
        assertThat(names(world)).containsExactly("kept");

        world.api.delete(Samples.WIDGET, widget.key());
        world.settle();
        assertThat(names(world)).isEmpty();
    }
}
