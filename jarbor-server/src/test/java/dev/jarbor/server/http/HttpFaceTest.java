package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The API over TLS as clients meet it. Each test has names of its own, so that one server serves them all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpFaceTest {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void an_object_is_created_read_and_deleted() {
        HttpResponse<String> created =
                cluster.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"life\"},\"data\":{\"a\":\"b\"}}");
        HttpResponse<String> read = cluster.get(CONFIG_MAPS + "/life");
        HttpResponse<String> deleted =
                send(cluster.admin, cluster.request(CONFIG_MAPS + "/life").DELETE());

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(created.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(created.headers().firstValue("Audit-Id")).isPresent();
        assertThat(json(read).object("data").string("a")).isEqualTo("b");
        assertThat(json(deleted).string("status")).isEqualTo("Success");
        assertThat(cluster.get(CONFIG_MAPS + "/life").statusCode()).isEqualTo(404);
    }

    @Test
    void the_older_http_version_is_served_too() {
        HttpClient old = HttpClient.newBuilder()
                .sslContext(cluster.adminTls)
                .version(HttpClient.Version.HTTP_1_1)
                .build();

        HttpResponse<String> answer = send(old, cluster.request("/api/v1/namespaces/default"));

        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(json(answer).object("metadata").string("name")).isEqualTo("default");
    }

    @Test
    void bodies_may_be_yaml_and_protobuf_and_so_may_answers() throws IOException, InterruptedException {
        HttpResponse<String> yaml = send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri(CONFIG_MAPS))
                        .header("Accept", "application/yaml")
                        .header("Content-Type", "application/yaml")
                        .POST(HttpRequest.BodyPublishers.ofString("metadata:\n  name: in-yaml\n")));
        ObjectValue object = Json.object(
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"in-protobuf\"},\"data\":{\"x\":\"y\"}}");
        Protobuf protobuf = Protobuf.of(Schemas.builtIn());
        HttpResponse<byte[]> binary = cluster.admin.send(
                HttpRequest.newBuilder(cluster.uri(CONFIG_MAPS))
                        .header("Accept", "application/vnd.kubernetes.protobuf,application/json")
                        .header("Content-Type", "application/vnd.kubernetes.protobuf")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(protobuf.encode(object)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(yaml.statusCode()).isEqualTo(201);
        assertThat(yaml.body()).contains("\nkind: ConfigMap\n");
        assertThat(binary.statusCode()).isEqualTo(201);
        assertThat(binary.headers().firstValue("Content-Type")).contains("application/vnd.kubernetes.protobuf");
        assertThat(protobuf.decode(binary.body(), dev.jarbor.api.codec.Limits.DEFAULT)
                        .object("data")
                        .string("x"))
                .isEqualTo("y");
    }

    @Test
    void without_credentials_only_public_paths_are_open() {
        HttpResponse<String> pods = send(cluster.nobody, cluster.request("/api/v1/pods"));

        assertThat(pods.statusCode()).isEqualTo(403);
        assertThat(json(pods).string("message"))
                .isEqualTo(
                        "pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\""
                                + " at the cluster scope");
        assertThat(send(cluster.nobody, cluster.request("/version")).statusCode())
                .isEqualTo(200);
        assertThat(send(cluster.nobody, cluster.request("/readyz")).body()).isEqualTo("ok");
        assertThat(json(send(cluster.nobody, cluster.request("/metrics"))).string("message"))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/metrics\"");
    }

    @Test
    void a_token_names_its_user_and_an_unknown_one_is_refused() {
        HttpResponse<String> known = send(
                cluster.nobody, cluster.request("/api/v1/pods").header("Authorization", "Bearer " + HttpCluster.TOKEN));
        HttpResponse<String> unknown =
                send(cluster.nobody, cluster.request("/version").header("Authorization", "Bearer wrong"));

        assertThat(json(known).string("message")).contains("User \"reader\" cannot list");
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(json(unknown).string("reason")).isEqualTo("Unauthorized");
    }

    @Test
    void an_administrator_may_act_as_somebody_else_and_others_may_not() {
        HttpResponse<String> asJane =
                send(cluster.admin, cluster.request("/api/v1/pods").header("Impersonate-User", "jane"));
        HttpResponse<String> asAdmin = send(
                cluster.nobody,
                cluster.request("/api/v1/pods")
                        .header("Authorization", "Bearer " + HttpCluster.TOKEN)
                        .header("Impersonate-User", "kubernetes-admin"));

        assertThat(json(asJane).string("message")).contains("User \"jane\" cannot list");
        assertThat(json(asAdmin).string("message"))
                .contains("User \"reader\" cannot impersonate-on:user-info:list resource \"pods\"");
    }

    @Test
    void what_cannot_be_negotiated_is_refused() {
        HttpResponse<String> answer = send(
                cluster.admin, HttpRequest.newBuilder(cluster.uri(CONFIG_MAPS)).header("Accept", "text/html"));
        HttpResponse<String> body = send(
                cluster.admin,
                cluster.request(CONFIG_MAPS)
                        .header("Content-Type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(json(answer).string("reason")).isEqualTo("NotAcceptable");
        assertThat(body.statusCode()).isEqualTo(415);
    }

    @Test
    void a_body_larger_than_three_mebibytes_is_refused() {
        HttpResponse<String> answer = cluster.post(CONFIG_MAPS, "x".repeat(3 * 1024 * 1024 + 1));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(json(answer).string("reason")).isEqualTo("RequestEntityTooLarge");
    }

    @Test
    void malformed_bodies_and_unknown_paths_are_told_apart() {
        assertThat(cluster.post(CONFIG_MAPS, "{\"metadata\":").statusCode()).isEqualTo(400);
        assertThat(cluster.get("/apis/nothing.example.com/v1/things").statusCode())
                .isEqualTo(404);
        assertThat(json(cluster.get("/nothing")).string("message"))
                .isEqualTo("the server could not find the requested resource");
        assertThat(send(cluster.admin, cluster.request("/version").DELETE()).statusCode())
                .isEqualTo(405);
    }

    @Test
    void a_field_given_twice_warns_or_fails_as_the_client_wishes() {
        String twice = "{\"metadata\":{\"name\":\"twice\"},\"data\":{\"a\":\"1\",\"a\":\"2\"}}";

        HttpResponse<String> warned = cluster.post(CONFIG_MAPS + "?fieldValidation=Warn", twice);
        HttpResponse<String> refused = cluster.post(CONFIG_MAPS + "?fieldValidation=Strict", twice);

        assertThat(warned.statusCode()).isEqualTo(201);
        assertThat(warned.headers().firstValue("Warning")).contains("299 - \"duplicate field \\\"data.a\\\"\"");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).string("message")).contains("strict decoding error: duplicate field \"data.a\"");
    }

    @Test
    void lists_come_as_tables_and_as_metadata_when_asked_for() {
        cluster.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"shown\"},\"data\":{\"a\":\"b\"}}");

        HttpResponse<String> table = send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri(CONFIG_MAPS + "?fieldSelector=metadata.name%3Dshown"))
                        .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));
        HttpResponse<String> metadata = send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri(CONFIG_MAPS))
                        .header("Accept", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"));

        assertThat(json(table).string("kind")).isEqualTo("Table");
        assertThat(json(table).list("rows").objects().getFirst().list("cells").strings())
                .startsWith("shown", "1");
        assertThat(json(metadata).string("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(metadata.body()).doesNotContain("\"data\"");
    }

    @Test
    void large_answers_are_compressed_for_clients_that_take_it() throws IOException, InterruptedException {
        cluster.post(
                CONFIG_MAPS, "{\"metadata\":{\"name\":\"large\"},\"data\":{\"a\":\"" + "x".repeat(200 * 1024) + "\"}}");

        HttpResponse<byte[]> answer = cluster.admin.send(
                cluster.request(CONFIG_MAPS + "/large")
                        .header("Accept-Encoding", "gzip")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());

        assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(answer.body()).hasSizeLessThan(20 * 1024);
        byte[] plain = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
        assertThat(Json.object(new String(plain, StandardCharsets.UTF_8))
                        .object("metadata")
                        .string("name"))
                .isEqualTo("large");
    }

    @Test
    void a_long_list_leaves_while_it_is_encoded_and_the_connection_goes_on() throws IOException, InterruptedException {
        for (int i = 0; i < 20; i++) {
            cluster.post(
                    "/api/v1/namespaces/kube-public/configmaps",
                    "{\"metadata\":{\"name\":\"long-" + i + "\"},\"data\":{\"a\":\"" + "\u00e9".repeat(10 * 1024)
                            + "\"}}");
        }
        for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            for (String type : List.of("application/json", "application/vnd.kubernetes.protobuf", "application/yaml")) {
                HttpResponse<byte[]> answer = cluster.admin.send(
                        HttpRequest.newBuilder(cluster.uri("/api/v1/namespaces/kube-public/configmaps"))
                                .version(version)
                                .header("Accept", type)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

                assertThat(answer.statusCode()).isEqualTo(200);
                // YAML is written at once
                assertThat(answer.headers().firstValue("Content-Length").isPresent())
                        .isEqualTo(type.endsWith("yaml"));
                assertThat(answer.body()).hasSizeGreaterThan(20 * 20 * 1024);
            }
        }
    }

    @Test
    void people_get_indented_answers() {
        HttpResponse<String> curl = send(
                cluster.admin, cluster.request("/api/v1/namespaces/default").header("User-Agent", "curl/8.0"));

        assertThat(curl.body()).startsWith("{\n  \"apiVersion\"");
        assertThat(cluster.get("/api/v1/namespaces/default?pretty=false").body())
                .startsWith("{\"apiVersion\"");
    }

    @Test
    void discovery_comes_in_one_document_or_in_many() {
        HttpResponse<String> aggregated = send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri("/apis"))
                        .header(
                                "Accept",
                                "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"));

        assertThat(aggregated.headers().firstValue("Content-Type"))
                .contains("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
        assertThat(json(aggregated).list("items").objects())
                .extracting(group -> group.object("metadata").string("name"))
                .contains("apps", "batch");
        assertThat(json(cluster.get("/apis")).string("kind")).isEqualTo("APIGroupList");
        assertThat(json(cluster.get("/apis/apps")).object("preferredVersion").string("version"))
                .isEqualTo("v1");
        assertThat(json(cluster.get("/api/v1")).list("resources").objects())
                .extracting(resource -> resource.string("name"))
                .contains("pods", "pods/log", "namespaces/finalize");
        assertThat(json(cluster.get("/")).list("paths").strings()).contains("/api/v1", "/apis/apps/v1", "/readyz");
    }

    @Test
    void documents_are_cached_by_their_hash() {
        HttpResponse<String> index = cluster.get("/openapi/v3");
        String path = json(index).object("paths").object("apis/apps/v1").string("serverRelativeURL");
        HttpResponse<String> document = cluster.get(path);
        HttpResponse<String> again = send(
                cluster.admin,
                cluster.request(path)
                        .header(
                                "If-None-Match",
                                document.headers().firstValue("ETag").orElseThrow()));
        HttpResponse<String> outdated = cluster.get("/openapi/v3/apis/apps/v1?hash=OLD");

        assertThat(document.headers().firstValue("Cache-Control"))
                .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(outdated.statusCode()).isEqualTo(301);
        assertThat(outdated.headers().firstValue("Location")).contains(path);
    }

    @Test
    void every_reference_in_the_schemas_leads_somewhere() {
        ObjectValue v3 = json(cluster.get("/openapi/v3/apis/apps/v1"));
        ObjectValue v2 = json(cluster.get("/openapi/v2"));

        assertReferences(
                v3.toString(), "#/components/schemas/", v3.object("components").object("schemas"));
        assertReferences(v2.toString(), "#/definitions/", v2.object("definitions"));
        ObjectValue deployment = v3.object("components").object("schemas").object("io.k8s.api.apps.v1.Deployment");
        assertThat(deployment
                        .list("x-kubernetes-group-version-kind")
                        .objects()
                        .getFirst()
                        .strings())
                .isEqualTo(Map.of("group", "apps", "kind", "Deployment", "version", "v1"));
    }

    private static void assertReferences(String document, String prefix, ObjectValue schemas) {
        for (int at = document.indexOf(prefix); at >= 0; at = document.indexOf(prefix, at + 1)) {
            int end = at + prefix.length();
            while (end < document.length() && ",}]".indexOf(document.charAt(end)) < 0) {
                end++;
            }
            assertThat(schemas.has(document.substring(at + prefix.length(), end)))
                    .as(document.substring(at, end))
                    .isTrue();
        }
    }

    @Test
    void old_clients_get_the_schema_in_its_binary_form() {
        HttpResponse<String> answer = send(
                cluster.admin,
                HttpRequest.newBuilder(cluster.uri("/openapi/v2"))
                        .header("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    }
}
