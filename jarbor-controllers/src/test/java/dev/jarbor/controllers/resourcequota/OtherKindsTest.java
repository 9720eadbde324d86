package dev.jarbor.controllers.resourcequota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiregistration.v1.APIService;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ResourceQuota;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.controllers.Samples;
import dev.jarbor.controllers.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Quotas of custom resources, and of kinds that another API server serves. */
class OtherKindsTest {
    private static final Kind<GenericObject> FLUNDER =
            Kind.generic("wardle.example.com", "v1", "Flunder", "flunders", true);

    private final World world = new World(1);

    OtherKindsTest() {
        world.start(new ResourceQuotaController(
                world.api,
                world.informers,
                world.runtime,
                Schemas.builtIn().resources().stream()
                        .filter(resource -> resource.kind().equals("ConfigMap"))
                        .toList()));
    }

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private void quota(String counted) {
        world.api.create(ResourceQuota.KIND, new ResourceQuota(yaml("""
                metadata: {name: few, namespace: %s}
                spec: {hard: {%s: '5'}}
                """.formatted(Samples.NAMESPACE, counted))));
    }

    private String used(String counted) {
        return world.the(ResourceQuota.KIND, Samples.NAMESPACE, "few")
                .value()
                .object("status")
                .object("used")
                .string(counted);
    }

    private void soon() {
        world.runtime.advance(Duration.ofSeconds(10));
    }

    @Test
    void whatIsDeletedOfACustomResourceIsGivenBackAtOnce() {
        String counted = "count/" + Samples.WIDGET.plural() + "." + Samples.WIDGET.group();
        quota(counted);
        soon();
        Samples.defineWidgets(world.api);
        GenericObject one = world.api.create(Samples.WIDGET, Samples.widget(Samples.NAMESPACE, "one"));
        world.api.create(Samples.WIDGET, Samples.widget(Samples.NAMESPACE, "two"));
        soon();
        assertThat(used(counted)).isEqualTo("2");
        world.api.delete(Samples.WIDGET, one.key());
        soon();
        assertThat(used(counted)).isEqualTo("1");
    }

    @Test
    void whatIsDeletedOnAnotherServerIsGivenBackAtOnce() {
        world.api.answer(
                request -> request.path().equals(ResourcePath.ofResources("wardle.example.com", "v1")),
                request -> yaml("""
                        kind: APIResourceList
                        groupVersion: wardle.example.com/v1
                        resources:
                        - {name: flunders, kind: Flunder, namespaced: true, verbs: [create, delete, get, list, watch]}
                        """));
        world.api.put(APIService.KIND, new APIService(yaml("""
                metadata: {name: v1.wardle.example.com}
                spec: {group: wardle.example.com, version: v1, service: {namespace: wardle, name: api}}
                """)));
        GenericObject one = world.api.create(
                FLUNDER, FLUNDER.read(yaml("metadata: {name: one, namespace: %s}".formatted(Samples.NAMESPACE))));
        quota("count/flunders.wardle.example.com");
        soon();
        assertThat(used("count/flunders.wardle.example.com")).isEqualTo("1");
        world.api.delete(FLUNDER, one.key());
        soon();
        assertThat(used("count/flunders.wardle.example.com")).isEqualTo("0");
    }
}
