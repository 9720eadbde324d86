package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules in the schema of a custom resource, from the definition to its objects. */
class CustomResourceRulesTest {
    private static final String SCHEMA = """
            {"type":"object","properties":{"spec":{"type":"object","properties":{
              "replicas":{"type":"integer"},"most":{"type":"integer"}},"required":["replicas"],
             "x-kubernetes-validations":[%s]}}}
            """;
    private static final String RULES = """
            {"rule":"!has(self.most) || self.replicas <= self.most","message":"too many replicas"},
            {"rule":"self.replicas >= oldSelf.replicas","message":"replicas only grow"}
            """;

    private final TestServer cluster = new TestServer();

    private static String cronTab(String spec) {
        return """
                {"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"a"},"spec":%s}
                """.formatted(spec);
    }

    private List<String> refused(Runnable request) {
        ApiException refusal = catchThrowableOfType(ApiException.class, request::run);
        assertThat(refusal.status().code()).isEqualTo(422);
        return ValidatingPolicyTest.causes(refusal);
    }

    @Test
    void objectsThatBreakARuleAreRefused() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA.formatted(RULES)));
        assertThat(refused(() -> cluster.create(CronTabs.COLLECTION, cronTab("{\"replicas\":3,\"most\":2}"))))
                .containsExactly("spec: Invalid value: \"object\": too many replicas");
        ObjectValue created = cluster.create(CronTabs.COLLECTION, cronTab("{\"replicas\":2,\"most\":3}"));
        ObjectValue fewer = created.update("spec", spec -> spec.with("replicas", 1));
        assertThat(refused(() -> cluster.update(CronTabs.COLLECTION + "/a", fewer)))
                .containsExactly("spec: Invalid value: \"object\": replicas only grow");
        cluster.update(CronTabs.COLLECTION + "/a", created.update("spec", spec -> spec.with("replicas", 3)));
    }

    @Test
    void rulesWaitUntilTheRestOfTheObjectIsSound() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA.formatted(RULES)));
        assertThat(refused(() -> cluster.create(CronTabs.COLLECTION, cronTab("{\"most\":2}"))))
                .contains("<nil>: Invalid value: null: some validation rules were not checked because the object was"
                        + " invalid; correct the existing errors to complete validation");
    }

    @Test
    void aRuleThatDoesNotCompileIsAnErrorOfTheDefinition() {
        assertThat(refused(() -> cluster.create(
                        CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA.formatted("{\"rule\":\"self.fewer > 1\"}")))))
                .singleElement()
                .satisfies(cause -> assertThat(cause)
                        .startsWith("spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule:"
                                + " Invalid value: {\"Rule\":\"self.fewer \\u003e 1\",\"Message\":\"\",\"MessageExpression\":\"\","
                                + "\"Reason\":null,\"FieldPath\":\"\",\"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:5: undefined"
                                + " field 'fewer'"));
    }

    @Test
    void aRuleThatWasBrokenBeforeIsAWarning() {
        cluster.create(CronTabs.DEFINITIONS, CronTabs.definition(SCHEMA.formatted("{\"rule\":\"true\"}")));
        cluster.create(CronTabs.COLLECTION, cronTab("{\"replicas\":3,\"most\":2}"));
        cluster.patch(PatchType.JSON, CronTabs.DEFINITION, """
                [{"op":"replace",
                  "path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations",
                  "value":[%s]}]
                """.formatted(RULES));
        Answer labelled = cluster.server.handle(
                User.ADMIN,
                new ApiRequest(
                        Verb.PATCH,
                        TestServer.path(CronTabs.COLLECTION + "/a"),
                        Query.NONE,
                        Json.parse("{\"metadata\":{\"labels\":{\"team\":\"red\"}}}"),
                        PatchType.MERGE));

        assertThat(labelled.warnings()).containsExactly("spec: Invalid value: \"object\": too many replicas");
    }

    @Test
    void defaultsKeepTheRules() {
        assertThat(refused(() -> cluster.create(CronTabs.DEFINITIONS, CronTabs.definition("""
                        {"type":"object","properties":{"spec":{"type":"object","default":{"replicas":3,"most":2},
                          "properties":{"replicas":{"type":"integer"},"most":{"type":"integer"}},
                          "x-kubernetes-validations":[{"rule":"self.replicas <= self.most","message":"too many"}]}}}
                        """))))
                .containsExactly("spec.validation.openAPIV3Schema.properties[spec].default: Invalid value: \"object\":"
                        + " too many");
    }
}
