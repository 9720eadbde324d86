package dev.jarbor.controllers.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Owners and dependents of a kind that another API server serves, which comes and goes. */
class AggregatedOwnersTest {
    private static final String GROUP = "wardle.example.com";
    private static final Kind<GenericObject> FLUNDER = Kind.generic(GROUP, "v1", "Flunder", "flunders", true);
    private static final String NAMESPACE = Samples.NAMESPACE;

    private final MetricRegistry metrics = new MetricRegistry();
    private final World world = new World(1);

    AggregatedOwnersTest() {
        world.start(new GarbageCollector(
                world.api,
                world.informers,
                world.runtime,
                world.events,
                Schemas.builtIn().resources().stream()
                        .filter(resource -> resource.kind().equals("ConfigMap"))
                        .toList(),
                metrics));
        world.api.answer(request -> request.path().equals(ResourcePath.ofResources(GROUP, "v1")), request ->
                (ObjectValue) Yaml.parse("""
                kind: APIResourceList
                groupVersion: wardle.example.com/v1
                resources:
                - {name: flunders, kind: Flunder, namespaced: true, verbs: [create, delete, get, list, patch, watch]}
                """));
    }

    private void serving(String available) {
        world.api.put(APIService.KIND, new APIService((ObjectValue) Yaml.parse("""
                metadata: {name: v1.wardle.example.com}
                spec: {group: wardle.example.com, version: v1, service: {namespace: wardle, name: api}}
                status: {conditions: [{type: Available, status: '%s'}]}
                """.formatted(available))));
    }

    /** Requests for flunders are refused from now on until the answer is closed. */
    private FakeApi.Fault refused(ApiException refusal) {
        FakeApi.Fault down =
                world.api.failWhile(request -> request.path().group().equals(GROUP), refusal);
        world.api.dropWatches();
        return down;
    }

    private static OwnerReference reference(KubeObject owner) {
        return OwnerReference.EMPTY
                .withApiVersion(owner.apiVersion())
                .withKind(owner.kind())
                .withName(owner.name())
                .withUid(owner.metadata().uid())
                .withBlockOwnerDeletion(true);
    }

    private GenericObject flunder(String name) {
        return world.api.create(FLUNDER, FLUNDER.read((ObjectValue) Yaml.parse("""
                metadata: {name: %s, namespace: %s}
                """.formatted(name, NAMESPACE))));
    }

    private void child(String name, KubeObject owner) {
        ConfigMap child = ConfigMap.named(NAMESPACE, name);
        world.api.create(
                ConfigMap.KIND, child.withMetadata(child.metadata().withOwnerReferences(List.of(reference(owner)))));
    }

    private List<String> children() {
        return world.all(ConfigMap.KIND).stream().map(ConfigMap::name).toList();
    }

    @Test
    void whatAnObjectOfAnotherServerOwnsGoesWithIt() {
        serving("True");
        GenericObject owner = flunder("owner");
        child("child", owner);
        world.settle();
        assertThat(children()).containsExactly("child");
        world.api.delete(FLUNDER, owner.key());
        world.settle();
        assertThat(children()).isEmpty();
    }

    @Test
    void anObjectOfAnotherServerGoesWithItsOwner() {
        serving("True");
        ConfigMap owner = world.api.create(ConfigMap.KIND, ConfigMap.named(NAMESPACE, "owner"));
        GenericObject owned = flunder("owned");
        world.change(
                FLUNDER,
                owned,
                one -> FLUNDER.read(one.value()
                        .with(
                                "metadata",
                                one.metadata()
                                        .withOwnerReferences(List.of(reference(owner)))
                                        .value())));
        world.settle();
        world.api.delete(ConfigMap.KIND, owner.key(), DeleteOptions.NONE.propagation("Foreground"));
        world.settle();
        assertThat(world.all(FLUNDER)).isEmpty();
        assertThat(children()).isEmpty();
    }

    @Test
    void nothingIsConcludedWhileTheServerCannotBeReached() {
        serving("True");
        GenericObject owner = flunder("owner");
        child("child", owner);
        world.settle();
        FakeApi.Fault down = refused(ApiException.serviceUnavailable("service unavailable"));
        serving("False");
        child("later", owner);
        ConfigMap other = world.api.create(ConfigMap.KIND, ConfigMap.named(NAMESPACE, "other"));
        child("of-other", other);
        world.settle();
        world.api.delete(ConfigMap.KIND, other.key());
        world.settle();
        assertThat(children()).as("the others go their way").containsExactlyInAnyOrder("child", "later");

        down.close();
        world.api.delete(FLUNDER, owner.key());
        serving("True");
        world.runtime.advance(Duration.ofHours(1));
        assertThat(children()).as("what happened meanwhile is found").isEmpty();
    }

    @Test
    void nothingGoesWithAnApiServiceThatIsDeleted() {
        serving("True");
        GenericObject owner = flunder("owner");
        child("child", owner);
        world.settle();
        refused(ApiException.unknownResource());
        child("at-once", owner);
        world.runtime.advance(Duration.ofMillis(100));
        world.api.delete(APIService.KIND, ObjectKey.cluster("v1.wardle.example.com"));
        world.settle();
        child("later", owner);
        world.settle();
        assertThat(children()).containsExactlyInAnyOrder("child", "at-once", "later");
    }

    @Test
    void aKindThatCannotBeListedIsCountedOnce() {
        world.api.failWhile(
                request -> request.path().equals(ResourcePath.collection(FLUNDER, "")),
                ApiException.serviceUnavailable("service unavailable"));
        assertThat(metrics.text()).contains("garbagecollector_controller_resources_sync_error_total 0\n");
        serving("True");
        world.runtime.advance(Duration.ofMinutes(5));
        assertThat(metrics.text()).contains("garbagecollector_controller_resources_sync_error_total 1\n");
    }
}
