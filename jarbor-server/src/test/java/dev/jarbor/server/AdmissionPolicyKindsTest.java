package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kinds of admission policies: their operations, their defaults, and what is refused in the reference's words. */
class AdmissionPolicyKindsTest {
    private static final String MUTATING = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies";

    private final TestServer server = new TestServer();

    private List<String> refused(String path, String json) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> server.create(path, json));
        assertThat(refusal.status().code()).isEqualTo(422);
        return ValidatingPolicyTest.causes(refusal);
    }

    private static String policy(String more) {
        return """
                {"metadata":{"name":"NAME","labels":{"special":"ours"}},"spec":{%s
                 "matchConstraints":{"resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],
                 "operations":["CREATE"],"resources":["deployments"]}]}}}
                """.formatted(more);
    }

    @Test
    @Conformance("AM-87")
    void policiesHaveAllOperations() {
        String json = policy("\"validations\":[{\"expression\":\"object.spec.replicas <= 100\"}],");
        var operations = new ApiOperations(server, ValidatingPolicyTest.POLICIES, json);
        operations.all();
        operations.status(
                "status", """
                {"status":{"conditions":[{"type":"Patched","status":"True","reason":"ByTest","message":"",
                 "lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
                """, "conditions", Json.parse("""
                [{"type":"Patched","status":"True","reason":"ByTest","message":"",
                  "lastTransitionTime":"2026-01-01T00:00:00Z"}]
                """), ObjectValue.EMPTY.with("observedGeneration", 1));
    }

    @Test
    @Conformance("AM-88")
    void bindingsHaveAllOperations() {
        new ApiOperations(server, ValidatingPolicyTest.BINDINGS, """
                {"metadata":{"name":"NAME","labels":{"special":"ours"}},
                 "spec":{"policyName":"replicalimit.example.com","validationActions":["Deny"]}}
                """).all();
    }

    @Test
    void whatIsLeftOpenIsFilledIn() {
        ObjectValue spec = server.create(
                        ValidatingPolicyTest.POLICIES,
                        policy("\"validations\":[{\"expression\":\"true\"}],").replace("NAME", "p"))
                .object("spec");
        assertThat(spec.string("failurePolicy")).isEqualTo("Fail");
        ObjectValue match = spec.object("matchConstraints");
        assertThat(match.string("matchPolicy")).isEqualTo("Equivalent");
        assertThat(match.has("namespaceSelector")).isTrue();
        assertThat(match.list("resourceRules").objects().getFirst().string("scope"))
                .isEqualTo("*");
    }

    @Test
    void whatIsMissingIsRequired() {
        assertThat(refused(ValidatingPolicyTest.POLICIES, "{\"metadata\":{\"name\":\"p\"},\"spec\":{}}"))
                .containsExactly(
                        "spec.matchConstraints: Required value",
                        "spec.validations: Required value: validations or auditAnnotations must contain at least one"
                                + " item",
                        "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least"
                                + " one item");
        assertThat(refused(MUTATING, "{\"metadata\":{\"name\":\"p\"},\"spec\":{}}"))
                .containsExactly(
                        "spec.matchConstraints: Required value",
                        "spec.mutations: Required value: mutations must contain at least one item",
                        "spec.reinvocationPolicy: Required value");
    }

    @Test
    void expressionsThatDoNotCompileAreErrorsOfTheirFields() {
        String broken = policy("""
                "variables":[{"name":"in","expression":"1"},{"name":"a","expression":"object.+"}],
                "matchConditions":[{"name":"c","expression":"request.nonsense"},{"name":"d","expression":"'text'"}],
                "validations":[{"expression":"1 + 1","messageExpression":"authorizer.path('/').check('get').reason()",
                 "reason":"Because","message":" "},{"expression":"variables.b > 1"}],
                "auditAnnotations":[{"key":"k","valueExpression":"1"}],
                """).replace("NAME", "p");
        List<String> causes = refused(ValidatingPolicyTest.POLICIES, broken);
        assertThat(causes)
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith(
                                "spec.matchConditions[0].expression: Invalid value: \"request.nonsense\": compilation"
                                        + " failed: ERROR: <input>:1:8: undefined field 'nonsense'"))
                .contains(
                        "spec.matchConditions[1].expression: Invalid value: \"'text'\": must evaluate to bool but got"
                                + " string",
                        "spec.variables[0].name: Invalid value: \"in\": name is not a valid CEL identifier",
                        "spec.validations[0].expression: Invalid value: \"1 + 1\": must evaluate to bool but got int",
                        "spec.validations[0].message: Invalid value: \" \": message must be non-empty if specified",
                        "spec.validations[0].reason: Unsupported value: \"Because\": supported values: \"Forbidden\","
                                + " \"Invalid\", \"RequestEntityTooLarge\", \"Unauthorized\"",
                        "spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string"
                                + " null_type] but got int")
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith("spec.variables[1].expression: ")
                        .contains("compilation failed: ERROR: <input>:1:8: Syntax error"))
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith("spec.validations[0].messageExpression: ")
                        .contains("undeclared reference to 'authorizer'"))
                .anySatisfy(cause -> assertThat(cause)
                        .startsWith("spec.validations[1].expression: ")
                        .contains("undefined field 'b'"));
    }

    @Test
    void bindingsSayHowTheyActAndWhereParamsComeFrom() {
        assertThat(refused(ValidatingPolicyTest.BINDINGS, """
                        {"metadata":{"name":"b"},"spec":{"policyName":"p","validationActions":["Deny","Warn","Warn","Cry"],
                         "paramRef":{"name":"x","selector":{}}}}
                        """))
                .containsExactly(
                        "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
                        "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive",
                        "spec.validationActions[2]: Duplicate value: \"Warn\"",
                        "spec.validationActions[3]: Unsupported value: \"Cry\": supported values: \"Audit\", \"Deny\","
                                + " \"Warn\"",
                        "spec.validationActions: Invalid value: [\"Deny\",\"Warn\",\"Warn\",\"Cry\"]: must not contain"
                                + " both Deny and Warn (repeating the same validation failure information in the API"
                                + " response and headers serves no purpose)");
    }

    @Test
    @Conformance({"AM-22", "AM-23"})
    void conditionsOfWebhooksMustCompile() {
        String webhook = """
                {"metadata":{"name":"w"},"webhooks":[{"name":"w.example.com","sideEffects":"None",
                 "admissionReviewVersions":["v1"],"clientConfig":{"service":{"namespace":"d","name":"s"}},
                 "rules":[{"operations":["*"],"apiGroups":["*"],"apiVersions":["*"],"resources":["*"]}],
                 "matchConditions":[{"name":"invalid-expression-1","expression":"... [] bad expression"}]}]}
                """;
        for (String sort : List.of("mutatingwebhookconfigurations", "validatingwebhookconfigurations")) {
            assertThat(refused("admissionregistration.k8s.io/v1/" + sort, webhook))
                    .singleElement()
                    .satisfies(cause -> assertThat(cause)
                            .startsWith("webhooks[0].matchConditions[0].expression: Invalid value:")
                            .contains("compilation failed"));
        }
    }
}
