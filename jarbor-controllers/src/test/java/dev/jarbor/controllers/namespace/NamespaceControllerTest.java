package dev.jarbor.controllers.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.NamespaceCondition;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
    private static final ObjectKey SHOP = ObjectKey.cluster("shop");

    private static World world() {
        World world = new World(1).withNodes();
        world.start(new NamespaceController(
                world.api, world.informers, world.runtime, Schemas.builtIn().resources()));
        world.api.create(Namespace.KIND, Namespace.named("shop"));
        return world;
    }

    private static NamespaceCondition condition(World world, String type) {
        return world.api.get(Namespace.KIND, SHOP).status().conditions().stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aDeletedNamespaceIsEmptiedAndGone() {
        World world = world();
        world.api.create(ConfigMap.KIND, ConfigMap.named("shop", "settings"));
        world.api.create(
                Pod.KIND,
                Pod.named("shop", "web")
                        .withSpec(Samples.template("web", "image:1").spec()));
        world.api.create(ConfigMap.KIND, ConfigMap.named("other", "settings"));
        world.settle();
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        assertThat(world.all(Namespace.KIND)).isEmpty();
        assertThat(world.all(Pod.KIND)).isEmpty();
        assertThat(world.all(ConfigMap.KIND)).extracting(ConfigMap::namespace).containsExactly("other");
    }

    @Test
    void whatAFinalizerHoldsIsToldAndWaitedFor() {
        World world = world();
        ConfigMap held = ConfigMap.named("shop", "held");
        world.api.create(
                ConfigMap.KIND, held.withMetadata(held.metadata().withFinalizers(List.of("example.com/hold"))));
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        assertThat(condition(world, "NamespaceContentRemaining").message())
                .isEqualTo("Some resources are remaining: configmaps. has 1 resource instances");
        assertThat(condition(world, "NamespaceFinalizersRemaining").message())
                .isEqualTo(
                        "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances");
        assertThat(condition(world, "NamespaceDeletionDiscoveryFailure").status())
                .isEqualTo("False");

        world.change(
                ConfigMap.KIND,
                held,
                before -> before.withMetadata(before.metadata().withoutFinalizers()));
        world.settle();
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }

    @Test
    void whatCannotBeListedKeepsTheNamespaceAndIsTold() {
        World world = world();
        var fault =
                world.api.failWhile(FakeApi.requests(Verb.LIST, "secrets"), ApiException.serviceUnavailable("away"));
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        assertThat(condition(world, "NamespaceDeletionContentFailure").message())
                .isEqualTo("Failed to delete all resource types, 1 remaining: away");
        fault.close();
        world.settle();
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }

    @Test
    void podsThatAreThereLongerThanTheirGraceAreUnexpected() {
        World world = new World(1);
        world.start(new NamespaceController(
                world.api, world.informers, world.runtime, Schemas.builtIn().resources()));
        world.api.create(Namespace.KIND, Namespace.named("shop"));
        world.api.create(
                Pod.KIND,
                Pod.named("shop", "web")
                        .withSpec(Samples.template("web", "image:1")
                                .spec()
                                .withNodeName("lost")
                                .withTerminationGracePeriodSeconds(30L)));
        world.api.delete(Namespace.KIND, SHOP);
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(condition(world, "NamespaceDeletionContentFailure").status()).isEqualTo("False");
        world.runtime.advance(Duration.ofSeconds(20));
        assertThat(condition(world, "NamespaceDeletionContentFailure").message())
                .isEqualTo(
                        "Failed to delete all resource types, 1 remaining: unexpected items still remain in namespace:"
                                + " shop for gvr: /v1, Resource=pods");
        assertThat(condition(world, "NamespaceContentRemaining").message())
                .isEqualTo("Some resources are remaining: pods. has 1 resource instances");
    }

    @Test
    void podsGoBeforeEverythingElse() {
        World world = world();
        world.api.create(ConfigMap.KIND, ConfigMap.named("shop", "settings"));
        world.api.create(
                Pod.KIND,
                Pod.named("shop", "web")
                        .withSpec(Samples.template("web", "image:1").spec()));
        world.settle();
        world.api.delete(Namespace.KIND, SHOP);
        world.runtime.advance(
                Duration.ofMinutes(2),
                () -> assertThat(world.all(ConfigMap.KIND).isEmpty()
                                && !world.all(Pod.KIND).isEmpty())
                        .isFalse());
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }

    @Test
    void customResourcesGoWithTheirNamespace() {
        World world = world();
        Samples.defineWidgets(world.api);
        world.api.create(Samples.WIDGET, Samples.widget("shop", "one"));
        world.settle();
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        assertThat(world.all(Samples.WIDGET)).isEmpty();
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }

    private static void serving(World world, String available) {
        world.api.put(APIService.KIND, new APIService((ObjectValue) Yaml.parse("""
                metadata: {name: v1.wardle.example.com}
                spec: {group: wardle.example.com, version: v1, service: {namespace: wardle, name: api}}
                status: {conditions: [{type: Available, status: '%s'}]}
                """.formatted(available))));
    }

    @Test
    void whatOtherServersKeepInANamespaceGoesToo() {
        World world = world();
        Kind<GenericObject> flunders = Kind.generic("wardle.example.com", "v1", "Flunder", "flunders", true);
        world.api.answer(
                request -> request.path().equals(ResourcePath.ofResources("wardle.example.com", "v1")),
                request -> (ObjectValue) Yaml.parse("""
                        kind: APIResourceList
                        groupVersion: wardle.example.com/v1
                        resources: [{name: flunders, kind: Flunder, namespaced: true, verbs: [create, delete, list]}]
                        """));
        serving(world, "True");
        world.api.create(flunders, flunders.read((ObjectValue) Yaml.parse("metadata: {name: one, namespace: shop}")));
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        assertThat(world.all(Namespace.KIND)).isEmpty();
        assertThat(world.all(flunders)).isEmpty();
    }

    @Test
    void aServerThatDoesNotAnswerKeepsTheNamespaceAndIsNamed() {
        World world = world();
        serving(world, "False");
        world.api.delete(Namespace.KIND, SHOP);
        world.settle();
        NamespaceCondition failure = condition(world, "NamespaceDeletionDiscoveryFailure");
        assertThat(failure.status()).isEqualTo("True");
        assertThat(failure.reason()).isEqualTo("DiscoveryFailed");
        assertThat(failure.message())
                .isEqualTo("Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server"
                        + " APIs: wardle.example.com/v1: stale GroupVersion discovery: wardle.example.com/v1");
        world.api.delete(APIService.KIND, ObjectKey.cluster("v1.wardle.example.com"));
        world.runtime.advance(Duration.ofMinutes(1));
        assertThat(world.all(Namespace.KIND)).isEmpty();
    }
}
