package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import org.junit.jupiter.api.Test;

/** Server-side apply of custom resources: merged by their schema, validated by it. */
class CustomResourceApplyTest {
    private static final String PORTS = """
            "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["containerPort","protocol"],
              "items":{"type":"object","required":["containerPort","protocol"],"properties":{
                "containerPort":{"type":"integer","format":"int32"},"hostIP":{"type":"string"},
                "hostPort":{"type":"integer"},"name":{"type":"string"},"protocol":{"type":"string"}}}}
            """;
    private static final String SCHEMA = """
            {"type":"object","properties":{"spec":{"type":"object","properties":{
              "foo":{"type":"string"},
              "cronSpec":{"type":"string","pattern":"^(\\\\d+|\\\\*)(/\\\\d+)?(\\\\s+(\\\\d+|\\\\*)(/\\\\d+)?){4}$"},
              "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
              "atom":{"type":"array","x-kubernetes-list-type":"atomic","items":{"type":"string"}},
              "whole":{"type":"object","x-kubernetes-map-type":"atomic","additionalProperties":{"type":"string"}},
              %s}}}}
            """.formatted(PORTS);
    private static final String OPEN = "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

    private final TestServer cluster = new TestServer();

    private ObjectValue apply(String manager, String body) {
        Query query = Query.NONE.with("fieldManager", manager).with("fieldValidation", "Strict");
        return cluster.server
                .handle(
                        User.ADMIN,
                        new ApiRequest(
                                Verb.PATCH,
                                TestServer.path(CronTabs.COLLECTION + "/mytest"),
                                query,
                                Json.object(body),
                                PatchType.APPLY))
                .body();
    }

    private static String manifest(String spec, String more) {
        return """
                {"apiVersion":"stable.example.com/v1","kind":"CronTab",
                 "metadata":{"name":"mytest","finalizers":["example.com/test"]},"spec":%s%s}
                """.formatted(spec, more);
    }

    @Test
    @Conformance("AM-51")
    void aValidObjectIsApplied() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA));
        ObjectValue applied = apply(
                "mgr",
                manifest(
                        "{\"foo\":\"foo1\",\"cronSpec\":\"* * * * */5\",\"ports\":[{\"name\":\"x\",\"containerPort\":80,\"protocol\":\"TCP\"}]}",
                        ""));

        assertThat(applied.object("spec").string("foo")).isEqualTo("foo1");
    }

    @Test
    @Conformance("AM-50")
    void unknownFieldsAreAppliedWhereTheSchemaIsOpen() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(OPEN));
        ObjectValue applied =
                apply("mgr", manifest("{\"unknown\":\"uk1\",\"ports\":[{\"name\":\"x\",\"containerPort\":80}]}", ""));

        assertThat(applied.object("spec").string("unknown")).isEqualTo("uk1");
    }

    @Test
    @Conformance("AM-52")
    void anUnknownFieldIsNoPartOfTheSchema() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA));

        assertThatThrownBy(() -> apply("mgr", manifest("{\"foo\":\"foo1\"}", ",\"unknownField\":\"unknown\"")))
                .hasMessageContaining(".unknownField: field not declared in schema");
    }

    @Test
    @Conformance("AM-55")
    void unknownMetadataIsFoundAtTheRootAndInEmbeddedObjects() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition("""
                {"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"properties":{
                  "template":{"type":"object","x-kubernetes-embedded-resource":true,"properties":{
                    "metadata":{"type":"object","properties":{"name":{"type":"string"}}},"spec":{"type":"object"}}},
                  "foo":{"type":"string"}}}}}
                """));

        assertThatThrownBy(() -> apply("mgr", """
                        {"apiVersion":"stable.example.com/v1","kind":"CronTab",
                         "metadata":{"name":"mytest","unknownMeta":"unknown"},
                         "spec":{"template":{"apiVersion":"foo/v1","kind":"Sub","metadata":{"unknownSubMeta":"unknown",
                           "name":"subobject","namespace":"default"}},"foo":"foo1"}}
                        """))
                .hasMessageContaining(".metadata.unknownMeta: field not declared in schema")
                .hasMessageContaining(".spec.template.metadata.unknownSubMeta: field not declared in schema");
    }

    @Test
    void listsAndMapsMergeAsTheSchemaSays() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA));
        apply(
                "one",
                manifest(
                        "{\"set\":[\"a\"],\"atom\":[\"x\"],\"whole\":{\"k\":\"v\"},\"ports\":[{\"containerPort\":80,\"protocol\":\"TCP\",\"name\":\"one\"}]}",
                        ""));
        ObjectValue both = apply(
                "two",
                manifest(
                        "{\"set\":[\"b\"],\"ports\":[{\"containerPort\":81,\"protocol\":\"TCP\",\"name\":\"two\"}]}",
                        ""));

        assertThat(both.object("spec").list("set").strings()).containsExactly("a", "b");
        assertThat(both.object("spec").list("ports").objects())
                .extracting(port -> port.string("name"))
                .containsExactly("one", "two");
        assertThatThrownBy(() -> apply("two", manifest("{\"atom\":[\"y\"],\"whole\":{\"l\":\"w\"}}", "")))
                .hasMessageContaining("conflicts with \"one\"")
                .hasMessageContaining(".spec.atom")
                .hasMessageContaining(".spec.whole");

        ObjectValue left = apply("two", manifest("{\"set\":[\"b\"]}", ""));
        assertThat(left.object("spec").list("ports").objects())
                .extracting(port -> port.string("name"))
                .containsExactly("one");
    }
}
