package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which encodings and shapes the API speaks and listens, and how both sides agree on one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncodingTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PARTIAL = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private static final String PARTIALS = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    private static final String TABLE = ";as=Table;g=meta.k8s.io;v=v1";

    private static final Protobuf PROTOBUF = Protobuf.of(Schemas.builtIn());

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
        cluster.post(MAPS, "{\"metadata\":{\"name\":\"one\",\"labels\":{\"a\":\"b\"}},\"data\":{\"k\":\"v\"}}");
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private HttpResponse<byte[]> get(String path, String accept) {
        return send(HttpRequest.newBuilder(cluster.uri(path)).header("Accept", accept));
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request) {
        try {
            return cluster.admin.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static ObjectValue decoded(HttpResponse<byte[]> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        return switch (type) {
            case "application/json" -> Json.object(response.body());
            case "application/yaml" -> (ObjectValue) Yaml.parse(new String(response.body(), StandardCharsets.UTF_8));
            case Protobuf.MEDIA_TYPE -> PROTOBUF.decode(response.body(), Limits.DEFAULT);
            case Cbor.MEDIA_TYPE -> (ObjectValue) Cbor.parse(response.body(), Limits.DEFAULT);
            default -> throw new AssertionError(type);
        };
    }

    @ParameterizedTest
    @CsvSource({"application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"})
    void anObjectAListAndAFailureComeInEachEncoding(String type) {
        HttpResponse<byte[]> one = get(MAPS + "/one", type);
        HttpResponse<byte[]> list = get(MAPS + "?labelSelector=a%3Db", type);
        HttpResponse<byte[]> missing = get(MAPS + "/none", type);

        assertThat(List.of(one, list, missing))
                .allSatisfy(response -> assertThat(response.headers().firstValue("Content-Type"))
                        .contains(type));
        assertThat(decoded(one).object("data").string("k")).isEqualTo("v");
        assertThat(decoded(list).string("kind")).isEqualTo("ConfigMapList");
        assertThat(decoded(list)
                        .list("items")
                        .objects()
                        .getFirst()
                        .object("metadata")
                        .string("name"))
                .isEqualTo("one");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(decoded(missing).string("message")).isEqualTo("configmaps \"none\" not found");
    }

    @ParameterizedTest
    @CsvSource({"application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"})
    void anObjectIsWrittenInEachEncoding(String type) {
        String name = "in-" + type.replaceAll("[^a-z]", "-");
        ObjectValue object = Json.object("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\""
                + name + "\"},\"data\":{\"k\":\"v\"},\"binaryData\":{\"b\":\"AQID\"}}");
        byte[] body = switch (type) {
            case "application/json" -> Json.bytes(object);
            case "application/yaml" -> Yaml.text(object).getBytes(StandardCharsets.UTF_8);
            case "application/cbor" -> Cbor.bytes(object);
            default -> PROTOBUF.encode(object);
        };

        HttpResponse<byte[]> created = send(HttpRequest.newBuilder(cluster.uri(MAPS))
                .header("Content-Type", type)
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(decoded(created).object("binaryData").string("b")).isEqualTo("AQID");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;q=0.1, application/yaml;q=0.9|application/yaml",
                "*/*|application/json",
                "application/*|application/json",
                "*/*, application/cbor|application/cbor",
                "application/vnd.kubernetes.protobuf;stream=watch, application/json|application/vnd.kubernetes.protobuf",
                "application/json;stream=other, application/yaml|application/yaml",
                "application/json;sv=v2, application/yaml|application/yaml",
                "application/json;as=Unknown;g=meta.k8s.io;v=v1, application/yaml|application/yaml",
                "application/vnd.kubernetes.protobuf;as=Table;g=meta.k8s.io;v=v1, application/json|application/json",
                "text/html, application/json|application/json",
            })
    void theBestOfWhatIsAcceptedIsSent(String accept, String type) {
        assertThat(get(MAPS + "/one", accept).headers().firstValue("Content-Type"))
                .contains(type);
    }

    @Test
    void whatNobodyCanMeetIsRefusedWithAllThatIsServed() {
        HttpResponse<byte[]> object = get(MAPS, "text/html");
        HttpResponse<byte[]> watch = get(MAPS + "?watch=1", "application/yaml");
        HttpResponse<byte[]> body = send(HttpRequest.newBuilder(cluster.uri(MAPS))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("x")));
        HttpResponse<byte[]> patch = send(HttpRequest.newBuilder(cluster.uri(MAPS + "/one"))
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(object.statusCode()).isEqualTo(406);
        assertThat(decoded(object).string("message"))
                .isEqualTo("only the following media types are accepted: application/json, application/yaml,"
                        + " application/vnd.kubernetes.protobuf, application/cbor");
        assertThat(watch.statusCode()).isEqualTo(406);
        assertThat(decoded(watch).string("message"))
                .isEqualTo("only the following media types are accepted: application/json;stream=watch,"
                        + " application/vnd.kubernetes.protobuf;stream=watch, application/cbor;stream=watch");
        assertThat(body.statusCode()).isEqualTo(415);
        assertThat(decoded(body).string("message"))
                .isEqualTo("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json, application/yaml, application/vnd.kubernetes.protobuf, application/cbor");
        assertThat(patch.statusCode()).isEqualTo(415);
        assertThat(decoded(patch).string("message"))
                .isEqualTo("the body of the request was in an unknown format - accepted media types include:"
                        + " application/json-patch+json, application/merge-patch+json,"
                        + " application/strategic-merge-patch+json, application/apply-patch+yaml,"
                        + " application/apply-patch+cbor");
    }

    @Test
    @Conformance("AM-85")
    void aBackendWithoutRowsRefusesToBeATable() {
        HttpResponse<byte[]> answer =
                send(HttpRequest.newBuilder(cluster.uri("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"))
                        .header("Accept", "application/json" + TABLE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"kind\":\"SelfSubjectAccessReview\","
                                + "\"apiVersion\":\"authorization.k8s.io/v1\",\"spec\":{\"resourceAttributes\":"
                                + "{\"namespace\":\"default\",\"verb\":\"get\",\"resource\":\"pods\"}}}")));

        assertThat(answer.statusCode()).isEqualTo(406);
        assertThat(decoded(answer).string("reason")).isEqualTo("NotAcceptable");
    }

    @ParameterizedTest
    @CsvSource({"application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/cbor"})
    void metadataAloneComesInEachEncodingAndVersion(String type) {
        ObjectValue one = decoded(get(MAPS + "/one", type + PARTIAL));
        ObjectValue older = decoded(get(MAPS + "?labelSelector=a%3Db", type + PARTIALS + "beta1"));

        assertThat(one.string("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(one.string("apiVersion")).isEqualTo("meta.k8s.io/v1");
        assertThat(one.object("metadata").object("labels").string("a")).isEqualTo("b");
        assertThat(one.has("data")).isFalse();
        assertThat(older.string("apiVersion")).isEqualTo("meta.k8s.io/v1beta1");
        assertThat(older.string("kind")).isEqualTo("PartialObjectMetadataList");
        assertThat(older.list("items").size()).isEqualTo(1);
    }

    @Test
    void aListIsNoObjectAndAnObjectNoList() {
        HttpResponse<byte[]> list = get(MAPS, "application/json" + PARTIAL + ",application/json");
        HttpResponse<byte[]> object = get(MAPS + "/one", "application/json" + PARTIALS + ",application/json");

        assertThat(list.statusCode()).isEqualTo(406);
        assertThat(decoded(list).string("message"))
                .isEqualTo(
                        "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)");
        assertThat(decoded(object).string("message"))
                .isEqualTo(
                        "you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)");
    }

    @Test
    void rowsCarryAsMuchOfTheirObjectAsAskedFor() {
        String path = MAPS + "?labelSelector=a%3Db&includeObject=";
        assertThat(row(path + "None").has("object")).isFalse();
        assertThat(row(path + "Metadata").object("object").string("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(row(path).object("object").string("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(row(path + "Object").object("object").object("data").string("k"))
                .isEqualTo("v");
        HttpResponse<byte[]> wrong = get(path + "All", "application/json" + TABLE + ",application/json");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(decoded(wrong).string("message"))
                .isEqualTo("Unable to convert to Table as requested: includeObject: Invalid value: \"All\": must be"
                        + " 'Metadata', 'Object', 'None', or empty");
    }

    private ObjectValue row(String path) {
        return decoded(get(path, "application/json" + TABLE))
                .list("rows")
                .objects()
                .getFirst();
    }

    @Test
    void tablesAreServedInBothVersionsAndInYaml() {
        ObjectValue older = decoded(get(MAPS + "/one", "application/json;as=Table;g=meta.k8s.io;v=v1beta1"));
        ObjectValue yaml = decoded(get(MAPS, "application/yaml" + TABLE));

        assertThat(older.string("apiVersion")).isEqualTo("meta.k8s.io/v1beta1");
        assertThat(yaml.string("kind")).isEqualTo("Table");
    }

    @Test
    void bodiesThatCannotBeReadAreRefusedWithTheirBeginning() {
        assertThat(refusal("application/json", "{\"metadata\":"))
                .isEqualTo("the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind;"
                        + " json parse error: unexpected end of JSON input ({\"metadata\":)");
        assertThat(refusal("application/json", ""))
                .isEqualTo("the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind;"
                        + " json parse error: unexpected end of JSON input (<empty>)");
        assertThat(refusal(
                        "application/vnd.kubernetes.protobuf",
                        "{\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"x\"}}"))
                .isEqualTo("the object provided is unrecognized (must be of type ConfigMap): provided data does not"
                        + " appear to be a protobuf message, expected prefix [107 56 115 0]"
                        + " ({\"kind\":\"ConfigMap\",\"metadata\" ...)");
    }

    private String refusal(String type, String body) {
        HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(cluster.uri(MAPS))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).isEqualTo(400);
        return decoded(answer).string("message");
    }

    @Test
    void watchFramesOfProtobufAndCborAreReadBack() {
        HttpResponse<byte[]> protobuf = get(
                MAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Done",
                "application/vnd.kubernetes.protobuf;stream=watch");
        HttpResponse<byte[]> cbor =
                get(MAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Done", "application/cbor");

        assertThat(protobuf.headers().firstValue("Content-Type"))
                .contains("application/vnd.kubernetes.protobuf;stream=watch");
        int length = ByteBuffer.wrap(protobuf.body()).getInt();
        assertThat(protobuf.body()).hasSize(length + 4);
        assertThat(new String(protobuf.body(), StandardCharsets.ISO_8859_1))
                .contains("ADDED")
                .contains("k8s\0");
        assertThat(cbor.headers().firstValue("Content-Type")).contains("application/cbor-seq");
        ObjectValue frame = (ObjectValue) Cbor.parse(cbor.body(), Limits.DEFAULT);
        assertThat(frame.string("type")).isEqualTo("ADDED");
        assertThat(frame.object("object").object("data").string("k")).isEqualTo("v");
    }

    @Test
    void metadataIsWatchedInProtobuf() {
        HttpResponse<byte[]> frames = get(
                MAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Done",
                "application/vnd.kubernetes.protobuf" + PARTIALS);
        byte[] body = frames.body();
        int start = new String(body, StandardCharsets.ISO_8859_1).indexOf("k8s\0");
        ObjectValue object = PROTOBUF.decode(Arrays.copyOfRange(body, start, body.length), Limits.DEFAULT);

        assertThat(object.string("kind")).isEqualTo("PartialObjectMetadata");
        assertThat(object.object("metadata").string("name")).isEqualTo("one");
    }

    @Test
    void theOldPathsOfWatchesStillWork() {
        for (String path :
                List.of("/api/v1/watch/namespaces/default/configmaps/one", "/api/v1/watch/namespaces/default")) {
            HttpResponse<byte[]> watch = get(path + "?timeoutSeconds=1", "application/json");
            assertThat(new String(watch.body(), StandardCharsets.UTF_8).lines())
                    .singleElement()
                    .satisfies(
                            line -> assertThat(Json.object(line).string("type")).isEqualTo("ADDED"));
        }
        HttpResponse<byte[]> mismatch = get(
                "/api/v1/watch/namespaces/default/configmaps/one?fieldSelector=metadata.name%3Dtwo",
                "application/json");
        assertThat(mismatch.statusCode()).isEqualTo(400);
        assertThat(decoded(mismatch).string("message"))
                .isEqualTo("fieldSelector metadata.name doesn't match requested name");
    }
}
