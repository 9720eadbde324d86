package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Custom resources as clients meet them: discovery, OpenAPI, tables. Each test has a group of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CustomResourceHttpTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String AGGREGATED =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    private static final String SCHEMA = """
            {"type":"object","description":"A foo.","properties":{"spec":{"type":"object","description":"What is wanted.",
              "properties":{"size":{"type":"integer","description":"How big."},
                "when":{"type":"string","format":"date-time"},
                "either":{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}}},
              "status":{"type":"object","properties":{"conditions":{"type":"array","items":{"type":"object",
                "properties":{"type":{"type":"string"},"status":{"type":"string"}}}}}}}}
            """;
    private static final String OPEN = "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private static String version(String name, boolean storage, String schema, String more) {
        return "{\"name\":\"" + name + "\",\"served\":true,\"storage\":" + storage + ",\"schema\":{\"openAPIV3Schema\":"
                + schema + "}" + more + "}";
    }

    private void define(String plural, String kind, String group, String... versions) {
        HttpResponse<String> created = cluster.post(
                DEFINITIONS, """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"%s.%s"},"spec":{"group":"%s","scope":"Namespaced",
                 "names":{"plural":"%s","kind":"%s","shortNames":["sh%s"],"categories":["all"]},"versions":[%s]}}
                """.formatted(plural, group, group, plural, kind, plural, String.join(",", versions)));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    private ObjectValue aggregated() {
        return json(
                send(cluster.admin, HttpRequest.newBuilder(cluster.uri("/apis")).header("Accept", AGGREGATED)));
    }

    private ObjectValue published(String definition) {
        return json(cluster.get("/openapi/v2")).object("definitions").object(definition);
    }

    private ObjectValue patch(String path, String body) {
        return json(send(
                cluster.admin,
                cluster.request(path)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", HttpRequest.BodyPublishers.ofString(body))));
    }

    @Test
    @Conformance("AM-37")
    void definitions_themselves_are_in_discovery() {
        List<String> groups = json(cluster.get("/apis")).list("groups").objects().stream()
                .map(group -> group.string("name"))
                .toList();
        ObjectValue group = json(cluster.get("/apis/apiextensions.k8s.io"));
        List<String> resources = json(cluster.get("/apis/apiextensions.k8s.io/v1")).list("resources").objects().stream()
                .map(resource -> resource.string("name"))
                .toList();

        assertThat(groups).contains("apiextensions.k8s.io");
        assertThat(group.list("versions").objects())
                .extracting(version -> version.string("groupVersion"))
                .contains("apiextensions.k8s.io/v1");
        assertThat(resources).contains("customresourcedefinitions", "customresourcedefinitions/status");
    }

    @Test
    @Conformance({"AM-26", "AM-28"})
    void a_custom_resource_is_in_both_forms_of_discovery_at_once_and_gone_with_its_definition() {
        String before = send(
                        cluster.admin,
                        HttpRequest.newBuilder(cluster.uri("/apis")).header("Accept", AGGREGATED))
                .headers()
                .firstValue("ETag")
                .orElse("");
        define("foos", "Foo", "disco.example.com", version("v1", true, SCHEMA, ",\"subresources\":{\"status\":{}}"));
        ObjectValue group = aggregated().list("items").objects().stream()
                .filter(item -> item.object("metadata").string("name").equals("disco.example.com"))
                .findFirst()
                .orElseThrow();
        ObjectValue resource = group.list("versions")
                .objects()
                .getFirst()
                .list("resources")
                .objects()
                .getFirst();
        ObjectValue legacy = json(cluster.get("/apis/disco.example.com/v1"))
                .list("resources")
                .objects()
                .getFirst();

        assertThat(resource.string("resource")).isEqualTo("foos");
        assertThat(resource.string("singularResource")).isEqualTo("foo");
        assertThat(resource.object("responseKind").string("kind")).isEqualTo("Foo");
        assertThat(resource.string("scope")).isEqualTo("Namespaced");
        assertThat(resource.list("shortNames").strings()).containsExactly("shfoos");
        assertThat(resource.list("subresources").objects())
                .extracting(subresource -> subresource.string("subresource"))
                .containsExactly("status");
        assertThat(legacy.list("verbs").strings())
                .containsExactly("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch");
        assertThat(send(
                                cluster.admin,
                                HttpRequest.newBuilder(cluster.uri("/apis")).header("Accept", AGGREGATED))
                        .headers()
                        .firstValue("ETag")
                        .orElse(""))
                .isNotEqualTo(before);

        send(
                cluster.admin,
                cluster.request(DEFINITIONS + "/foos.disco.example.com").DELETE());
        assertThat(cluster.get("/apis/disco.example.com/v1").statusCode()).isEqualTo(404);
    }

    @Test
    @Conformance("AM-43")
    void the_schema_is_published_for_clients() {
        define("bars", "Bar", "publish.example.com", version("v1", true, SCHEMA, ""));
        ObjectValue second = published("com.example.publish.v1.Bar");
        HttpResponse<String> third = cluster.get("/openapi/v3/apis/publish.example.com/v1");
        ObjectValue schema = json(third).object("components").object("schemas").object("com.example.publish.v1.Bar");

        assertThat(second.object("properties")
                        .object("spec")
                        .object("properties")
                        .object("size"))
                .isEqualTo(Json.object("{\"type\":\"integer\",\"description\":\"How big.\"}"));
        assertThat(second.object("properties")
                        .object("spec")
                        .object("properties")
                        .object("either"))
                .isEqualTo(Json.object("{\"x-kubernetes-int-or-string\":true}"));
        assertThat(schema.object("properties")
                        .object("spec")
                        .object("properties")
                        .object("either")
                        .has("anyOf"))
                .isTrue();
        assertThat(schema.list("x-kubernetes-group-version-kind").objects().getFirst())
                .isEqualTo(Json.object("{\"group\":\"publish.example.com\",\"kind\":\"Bar\",\"version\":\"v1\"}"));
        assertThat(json(third).object("components").object("schemas").names())
                .contains("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "com.example.publish.v1.BarList");
        assertThat(json(third).object("paths").names())
                .contains("/apis/publish.example.com/v1/namespaces/{namespace}/bars/{name}");
        assertThat(json(cluster.get("/openapi/v3"))
                        .object("paths")
                        .object("apis/publish.example.com/v1")
                        .string("serverRelativeURL"))
                .contains(
                        "hash=" + third.headers().firstValue("ETag").orElse("").replace("\"", ""));
    }

    @Test
    @Conformance({"AM-41", "AM-44"})
    void a_schema_that_keeps_unknown_fields_is_published_as_open() {
        define("opens", "Open", "open.example.com", version("v1", true, OPEN, ""));

        ObjectValue definition = published("com.example.open.v1.Open");
        assertThat(definition.string("type")).isEqualTo("object");
        assertThat(definition.has("properties")).isFalse();
        HttpResponse<String> created = cluster.post(
                "/apis/open.example.com/v1/namespaces/default/opens?fieldValidation=Strict",
                "{\"apiVersion\":\"open.example.com/v1\",\"kind\":\"Open\",\"metadata\":{\"name\":\"a\"},\"any\":{\"thing\":[1]}}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(json(created).object("any")).isEqualTo(Json.object("{\"thing\":[1]}"));
    }

    @Test
    @Conformance("AM-42")
    void an_embedded_object_that_keeps_unknown_fields_is_published_as_such() {
        define(
                "nests",
                "Nest",
                "nest.example.com",
                version("v1", true, "{\"type\":\"object\",\"properties\":{\"spec\":" + OPEN + "}}", ""));
        HttpResponse<String> created = cluster.post(
                "/apis/nest.example.com/v1/namespaces/default/nests?fieldValidation=Strict",
                "{\"apiVersion\":\"nest.example.com/v1\",\"kind\":\"Nest\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":{\"y\":1}}}");

        assertThat(published("com.example.nest.v1.Nest").object("properties").object("spec"))
                .isEqualTo(Json.object(OPEN));
        assertThat(json(created).object("spec")).isEqualTo(Json.object("{\"x\":{\"y\":1}}"));
    }

    @Test
    @Conformance({"AM-45", "AM-46", "AM-47"})
    void several_definitions_are_published_side_by_side() {
        define("ones", "One", "multi-a.example.com", version("v1", true, SCHEMA, ""));
        define("twos", "Two", "multi-b.example.com", version("v1", true, SCHEMA, ""));
        define("threes", "Three", "multi-b.example.com", version("v1", true, SCHEMA, ""));
        define("fours", "Four", "multi-b.example.com", version("v4", true, SCHEMA, ""));

        assertThat(json(cluster.get("/openapi/v2")).object("definitions").names())
                .contains(
                        "com.example.multi-a.v1.One",
                        "com.example.multi-b.v1.Two",
                        "com.example.multi-b.v1.Three",
                        "com.example.multi-b.v4.Four");
    }

    @Test
    @Conformance({"AM-39", "AM-40"})
    void what_is_published_follows_the_versions_that_are_served() {
        define("moves", "Move", "move.example.com", version("v2", true, SCHEMA, ""), version("v3", false, SCHEMA, ""));
        assertThat(published("com.example.move.v3.Move").isEmpty()).isFalse();

        patch(
                DEFINITIONS + "/moves.move.example.com",
                "{\"spec\":{\"versions\":[" + version("v2", true, SCHEMA, "") + "," + version("v4", false, SCHEMA, "")
                        + "]}}");
        assertThat(published("com.example.move.v3.Move").isEmpty()).isTrue();
        assertThat(published("com.example.move.v4.Move").isEmpty()).isFalse();

        patch(
                DEFINITIONS + "/moves.move.example.com",
                "{\"spec\":{\"versions\":[" + version("v2", true, SCHEMA, "") + ","
                        + version("v4", false, SCHEMA, "").replace("\"served\":true", "\"served\":false") + "]}}");
        assertThat(published("com.example.move.v4.Move").isEmpty()).isTrue();
        assertThat(published("com.example.move.v2.Move").isEmpty()).isFalse();
        assertThat(cluster.get("/apis/move.example.com/v4/namespaces/default/moves")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_table_has_the_columns_that_the_definition_names() {
        define("tabs", "Tab", "table.example.com", version("v1", true, SCHEMA, """
                ,"subresources":{"status":{}},"additionalPrinterColumns":[
                  {"name":"Size","type":"integer","jsonPath":".spec.size"},
                  {"name":"Ready","type":"string","jsonPath":".status.conditions[?(@.type==\\"Ready\\")].status"},
                  {"name":"When","type":"date","jsonPath":".spec.when","priority":1}]
                """));
        cluster.post(
                "/apis/table.example.com/v1/namespaces/default/tabs",
                "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"size\":3,\"when\":\"2020-01-01T00:00:00Z\"}}");
        patch(
                "/apis/table.example.com/v1/namespaces/default/tabs/a/status",
                "{\"status\":{\"conditions\":[{\"type\":\"Other\",\"status\":\"False\"},{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        ObjectValue table = json(send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri("/apis/table.example.com/v1/namespaces/default/tabs"))
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")));

        assertThat(table.list("columnDefinitions").objects())
                .extracting(column ->
                        column.string("name") + " " + column.string("type") + " " + column.integer("priority"))
                .containsExactly("Name string 0", "Size integer 0", "Ready string 0", "When date 1");
        assertThat(table.list("rows")
                        .objects()
                        .getFirst()
                        .list("cells")
                        .strings()
                        .subList(0, 3))
                .containsExactly("a", "3", "True");
    }

    @Test
    @Conformance("AM-53")
    void fields_given_twice_are_found_even_where_unknown_fields_are_kept() {
        define("twices", "Twice", "twice.example.com", version("v1", true, OPEN, ""));
        String body =
                "{\"apiVersion\":\"twice.example.com/v1\",\"kind\":\"Twice\",\"metadata\":{\"name\":\"a\"},\"spec\":{\"foo\":1,\"foo\":2}}";
        HttpResponse<String> strict =
                cluster.post("/apis/twice.example.com/v1/namespaces/default/twices?fieldValidation=Strict", body);
        HttpResponse<String> warned = cluster.post("/apis/twice.example.com/v1/namespaces/default/twices", body);

        assertThat(json(strict).string("message")).contains("strict decoding error: duplicate field \"spec.foo\"");
        assertThat(warned.headers().firstValue("Warning").orElse("")).contains("duplicate field");
        assertThat(json(warned).object("spec").integer("foo")).isEqualTo(2);
    }

    @Test
    @Conformance("AM-54")
    void unknown_fields_and_fields_given_twice_are_told_together() {
        define("boths", "Both", "both.example.com", version("v1", true, SCHEMA, ""));
        HttpResponse<String> custom = cluster.post(
                "/apis/both.example.com/v1/namespaces/default/boths?fieldValidation=Strict",
                "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"size\":1,\"size\":2,\"other\":3}}");
        HttpResponse<String> typed = cluster.post(
                "/api/v1/namespaces/default/configmaps?fieldValidation=Strict",
                "{\"metadata\":{\"name\":\"a\"},\"other\":1,\"data\":{\"k\":\"1\",\"k\":\"2\"}}");

        assertThat(json(custom).string("message"))
                .endsWith("strict decoding error: duplicate field \"spec.size\", unknown field \"spec.other\"");
        assertThat(json(typed).string("message"))
                .endsWith("strict decoding error: unknown field \"other\", duplicate field \"data.k\"");
    }
}
