package dev.jarbor.junit;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.embed.Jarbor;
import dev.jarbor.server.http.Door;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Objects of whatever kinds the cluster serves at the moment. */
final class ClusterObjects {
    private static final String DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final Duration SERVED = Duration.ofSeconds(30);

    private final Jarbor cluster;

    ClusterObjects(Jarbor cluster) {
        this.cluster = cluster;
    }

    /** @param apiVersion such as {@code apps/v1} */
    private record Resource(String apiVersion, String kind, String plural, boolean namespaced, List<String> verbs) {
        String path(String namespace, String name) {
            String root = apiVersion.contains("/") ? "/apis/" : "/api/";
            String scope = namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "";
            return root + apiVersion + scope + "/" + plural + (name.isEmpty() ? "" : "/" + name);
        }
    }

    /** Applies each document of {@code manifest}, in the namespace {@code default} where it names none. */
    void apply(String manifest) {
        for (Value document : Yaml.documents(manifest)) {
            if (document instanceof ObjectValue object) {
                apply(object);
            }
        }
    }

    private void apply(ObjectValue object) {
        String kind = object.string("kind");
        Resource resource = resources().stream()
                .filter(one -> one.apiVersion().equals(object.string("apiVersion"))
                        && one.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no matches for kind \"" + kind + "\" in version \"" + object.string("apiVersion") + "\""));
        ObjectValue metadata = object.object("metadata");
        String given = metadata.string("namespace");
        String path = resource.path(given.isEmpty() ? "default" : given, metadata.string("name"));
        ask(Door.Request.of("PATCH", path + "?fieldManager=manifests&force=true")
                .withBody("application/apply-patch+yaml", Json.text(object).getBytes(StandardCharsets.UTF_8)));
        if (kind.equals("CustomResourceDefinition")
                && !cluster.time().until(() -> isServed(ask(Door.Request.of("GET", path))), SERVED)) {
            throw new IllegalStateException(
                    metadata.string("name") + " is not served after " + SERVED.toSeconds() + " s");
        }
    }

    private static boolean isServed(ObjectValue definition) {
        return definition.object("status").list("conditions").objects().stream()
                .anyMatch(condition -> condition.string("type").equals("Established")
                        && condition.string("status").equals("True"));
    }

    /** Everything in namespaces that can be listed, each with its kind. */
    List<ObjectValue> namespaced() {
        var found = new ArrayList<ObjectValue>();
        for (Resource resource : resources()) {
            if (resource.namespaced() && resource.verbs().contains("list")) {
                for (ObjectValue item : ask(Door.Request.of("GET", resource.path("", "")))
                        .list("items")
                        .objects()) {
                    found.add(item.with("apiVersion", resource.apiVersion()).with("kind", resource.kind()));
                }
            }
        }
        return found;
    }

    private List<Resource> resources() {
        return Stream.of("/api", "/apis")
                .map(path -> ask(Door.Request.of("GET", path).with("Accept", DISCOVERY)))
                .flatMap(document -> document.list("items").objects().stream())
                .flatMap(ClusterObjects::resources)
                .toList();
    }

    private static Stream<Resource> resources(ObjectValue group) {
        String name = group.object("metadata").string("name");
        return group.list("versions").objects().stream().flatMap(version -> {
            String apiVersion = name.isEmpty() ? version.string("version") : name + "/" + version.string("version");
            return version.list("resources").objects().stream()
                    .map(resource -> new Resource(
                            apiVersion,
                            resource.object("responseKind").string("kind"),
                            resource.string("resource"),
                            resource.string("scope").equals("Namespaced"),
                            resource.list("verbs").strings()));
        });
    }

    private ObjectValue ask(Door.Request request) {
        try (Door.Answer answer = cluster.door().call(request.with("Authorization", "Bearer " + cluster.token()))) {
            ObjectValue body = Json.object(answer.body().readAllBytes());
            if (answer.code() >= 400) {
                throw new IllegalStateException(
                        request.method() + " " + request.target() + ": " + body.string("message"));
            }
            return body;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
