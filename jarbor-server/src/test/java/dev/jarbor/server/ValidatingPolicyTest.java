package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies in force, and what requests meet them with. */
class ValidatingPolicyTest {
    static final String POLICIES = "admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    static final String BINDINGS = "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    private static final String DEPLOYMENTS = "apps/v1/namespaces/shop/deployments";

    private final TestServer server = new TestServer();

    @BeforeEach
    void aNamespace() {
        server.create("v1/namespaces", "{'metadata':{'name':'shop','labels':{'team':'a'}}}".replace('\'', '"'));
    }

    /** A policy for deployments with the fields of {@code spec}, and a binding that denies. */
    private void policy(String spec) {
        policy(spec, "{'validationActions':['Deny']}");
    }

    private void policy(String spec, String binding) {
        ObjectValue match = Json.object("""
                {"matchConstraints":{"resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],
                 "operations":["CREATE","UPDATE"],"resources":["deployments"]}]}}
                """);
        ObjectValue given = Json.object(spec.replace('\'', '"'));
        for (String name : given.names()) {
            match = match.with(name, given.valueOrNull(name));
        }
        ObjectValue policy = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", "p.example.com"))
                .with("spec", match);
        server.handle(Verb.CREATE, POLICIES, Query.NONE, policy);
        ObjectValue bound = Json.object(binding.replace('\'', '"')).with("policyName", "p.example.com");
        server.handle(
                Verb.CREATE,
                BINDINGS,
                Query.NONE,
                ObjectValue.EMPTY
                        .with("metadata", ObjectValue.EMPTY.with("name", "b.example.com"))
                        .with("spec", bound));
    }

    static ObjectValue deployment(String name, int replicas) {
        return Json.object("""
                {"metadata":{"name":"%s","labels":{"app":"web"}},"spec":{"replicas":%d,
                 "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
                 "spec":{"containers":[{"name":"web","image":"nginx:latest"}]}}}}
                """.formatted(name, replicas));
    }

    private Answer create(String path, ObjectValue object) {
        return server.handle(Verb.CREATE, path, Query.NONE, object);
    }

    private ApiStatus refused(ObjectValue deployment) {
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> create(DEPLOYMENTS, deployment));
        assertThat(refusal).isNotNull();
        return refusal.status();
    }

    @Test
    @Conformance("AM-89")
    void aDeploymentIsValidatedByAnExpression() {
        policy("{'validations':[{'expression':'object.spec.replicas > 1',"
                + "'messageExpression':'\\u0027wants replicas > 1, got \\u0027 + object.spec.replicas'}]}");
        assertThat(refused(deployment("marker", 1)).code()).isEqualTo(422);
        assertThat(create(DEPLOYMENTS, deployment("replicated", 2)).code()).isEqualTo(201);
        ObjectValue replicaSet = deployment("single", 1);
        assertThat(create("apps/v1/namespaces/shop/replicasets", replicaSet).code())
                .isEqualTo(201);
    }

    @Test
    @Conformance("AM-86")
    void expressionsReferToVariables() {
        policy("{'variables':[{'name':'replicas','expression':'object.spec.replicas'},"
                + "{'name':'oddReplicas','expression':'variables.replicas % 2 == 1'}],"
                + "'validations':[{'expression':'variables.replicas > 1'},{'expression':'variables.oddReplicas'}]}");
        assertThat(refused(deployment("one", 1)).message()).contains("failed expression: variables.replicas > 1");
        assertThat(refused(deployment("two", 2)).message()).contains("failed expression: variables.oddReplicas");
        assertThat(create(DEPLOYMENTS, deployment("three", 3)).code()).isEqualTo(201);
    }

    @Test
    void aRefusalNamesPolicyBindingAndMessage() {
        policy("{'validations':[{'expression':'object.spec.replicas <= 2','message':'too many',"
                + "'messageExpression':'string(object.spec.replicas) + \\u0027 is too many\\u0027'}]}");
        ApiStatus status = refused(deployment("web", 5));
        String message =
                "ValidatingAdmissionPolicy 'p.example.com' with binding 'b.example.com' denied request: 5 is too"
                        + " many";
        assertThat(status.message()).isEqualTo("deployments.apps \"web\" is forbidden: " + message);
        assertThat(status.reason()).isEqualTo("Invalid");
        assertThat(status.code()).isEqualTo(422);
        assertThat(status.details().causes())
                .singleElement()
                .satisfies(cause -> assertThat(cause.message()).isEqualTo(message));
    }

    @Test
    void theReasonOfAValidationIsTheReasonOfTheRefusal() {
        policy("{'validations':[{'expression':'false','reason':'Forbidden'}]}");
        ApiStatus status = refused(deployment("web", 5));
        assertThat(status.reason()).isEqualTo("Forbidden");
        assertThat(status.code()).isEqualTo(403);
    }

    @Test
    void aWarningLetsTheRequestPass() {
        policy("{'validations':[{'expression':'false','message':'no'}]}", "{'validationActions':['Warn','Audit']}");
        Answer answer = create(DEPLOYMENTS, deployment("web", 5));
        assertThat(answer.code()).isEqualTo(201);
        assertThat(answer.warnings())
                .contains("Validation failed for ValidatingAdmissionPolicy 'p.example.com' with binding"
                        + " 'b.example.com': no");
    }

    @Test
    void expressionsThatDoNotHoldAreCounted() {
        policy("{'validations':[{'expression':'false','message':'no'}]}", "{'validationActions':['Warn','Audit']}");
        create(DEPLOYMENTS, deployment("web", 5));

        assertThat(server.server.metrics().text())
                .contains(
                        "apiserver_validating_admission_policy_check_total{policy=\"p.example.com\","
                                + "policy_binding=\"b.example.com\",error_type=\"no_error\",enforcement_action=\"warn\"} 1",
                        "apiserver_validating_admission_policy_check_duration_seconds_count{policy=\"p.example.com\","
                                + "policy_binding=\"b.example.com\",error_type=\"no_error\",enforcement_action=\"audit\"} 1");
    }

    @Test
    void anErrorRefusesUnlessTheFailurePolicySaysOtherwise() {
        policy("{'validations':[{'expression':'object.spec.nonsense > 1'}]}");
        assertThat(refused(deployment("web", 5)).message())
                .endsWith("denied request: expression 'object.spec.nonsense > 1' resulted in error: no such key:"
                        + " nonsense");
        ObjectValue policy = server.get(POLICIES + "/p.example.com");
        server.update(POLICIES + "/p.example.com", policy.update("spec", spec -> spec.with("failurePolicy", "Ignore")));
        assertThat(create(DEPLOYMENTS, deployment("web", 5)).code()).isEqualTo(201);
    }

    @Test
    void conditionsAndSelectorsNarrowWhatAPolicyIsAbout() {
        policy(
                "{'matchConditions':[{'name':'only-big','expression':'object.spec.replicas > 3'}],"
                        + "'validations':[{'expression':'false'}]}",
                "{'validationActions':['Deny'],'matchResources':{'namespaceSelector':{'matchLabels':{'team':'a'}},"
                        + "'objectSelector':{'matchExpressions':[{'key':'free','operator':'DoesNotExist'}]},"
                        + "'excludeResourceRules':[{'apiGroups':['*'],'apiVersions':['*'],'operations':['*'],"
                        + "'resources':['*'],'resourceNames':['known']}]}}");
        assertThat(create(DEPLOYMENTS, deployment("small", 3)).code()).isEqualTo(201);
        assertThat(refused(deployment("big", 4)).code()).isEqualTo(422);
        assertThat(create(DEPLOYMENTS, deployment("known", 4)).code()).isEqualTo(201);
        ObjectValue labelled = deployment("free", 4)
                .update("metadata", metadata -> metadata.update("labels", labels -> labels.with("free", "1")));
        assertThat(create(DEPLOYMENTS, labelled).code()).isEqualTo(201);
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"other\"}}");
        assertThat(create("apps/v1/namespaces/other/deployments", deployment("big", 4))
                        .code())
                .isEqualTo(201);
    }

    @Test
    void paramsComeFromOtherObjects() {
        String limits = "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},"
                + "'validations':[{'expression':'object.spec.replicas <= int(params.data.most)'}]}";
        policy(limits, "{'validationActions':['Deny'],'paramRef':{'name':'limit','parameterNotFoundAction':'Deny'}}");
        assertThat(refused(deployment("web", 1)).message())
                .endsWith("denied request: failed to configure binding: no params found for policy binding with `Deny`"
                        + " parameterNotFoundAction");
        server.create("v1/namespaces/shop/configmaps", "{\"metadata\":{\"name\":\"limit\"},\"data\":{\"most\":\"3\"}}");
        assertThat(create(DEPLOYMENTS, deployment("three", 3)).code()).isEqualTo(201);
        assertThat(refused(deployment("four", 4)).code()).isEqualTo(422);
    }

    @Test
    void paramsAreSelectedByLabelsAndMayBeMissing() {
        policy(
                "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},"
                        + "'validations':[{'expression':'object.spec.replicas <= int(params.data.most)'}]}",
                "{'validationActions':['Deny'],'paramRef':{'namespace':'shop','selector':{'matchLabels':{'a':'b'}},"
                        + "'parameterNotFoundAction':'Allow'}}");
        assertThat(create(DEPLOYMENTS, deployment("free", 9)).code()).isEqualTo(201);
        for (String name : List.of("five", "two")) {
            server.create("v1/namespaces/shop/configmaps", """
                    {"metadata":{"name":"%s","labels":{"a":"b"}},"data":{"most":"%d"}}
                    """.formatted(name, name.equals("two") ? 2 : 5));
        }
        assertThat(refused(deployment("three", 3)).code()).isEqualTo(422);
        assertThat(create(DEPLOYMENTS, deployment("two", 2)).code()).isEqualTo(201);
    }

    @Test
    void anUnknownParamKindIsAFaultOfThePolicy() {
        policy("{'paramKind':{'apiVersion':'rules.example.com/v1','kind':'Limit'},"
                + "'validations':[{'expression':'true'}]}");
        assertThat(refused(deployment("web", 1)).message())
                .isEqualTo("deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'p.example.com' denied"
                        + " request: failed to configure policy: failed to find resource referenced by paramKind:"
                        + " 'rules.example.com/v1, Kind=Limit'");
    }

    @Test
    void expressionsSeeTheRequestTheNamespaceAndTheAuthorizer() {
        policy("{'validations':["
                + "{'expression':'request.operation == \\u0027CREATE\\u0027 && request.name == \\u0027web\\u0027 &&"
                + " request.namespace == \\u0027shop\\u0027 && request.kind.kind == \\u0027Deployment\\u0027 &&"
                + " request.resource.resource == \\u0027deployments\\u0027'},"
                + "{'expression':'namespaceObject.metadata.labels.team == \\u0027a\\u0027'},"
                + "{'expression':'oldObject == null && !request.dryRun'},"
                + "{'expression':'authorizer.group(\\u0027\\u0027).resource(\\u0027pods\\u0027).namespace(\\u0027shop"
                + "\\u0027).check(\\u0027create\\u0027).allowed()'},"
                + "{'expression':'authorizer.requestResource.check(\\u0027create\\u0027).allowed()'},"
                + "{'expression':'!authorizer.serviceAccount(\\u0027shop\\u0027, \\u0027default\\u0027)"
                + ".group(\\u0027\\u0027).resource(\\u0027pods\\u0027).check(\\u0027create\\u0027).allowed()'},"
                + "{'expression':'\\u0027system:masters\\u0027 in request.userInfo.groups'}]}");
        assertThat(create(DEPLOYMENTS, deployment("web", 1)).code()).isEqualTo(201);
    }

    @Test
    void anUpdateIsComparedWithWhatWas() {
        policy(
                "{'validations':[{'expression':'oldObject == null || object.spec.replicas >= oldObject.spec.replicas'}]}");
        create(DEPLOYMENTS, deployment("web", 3));
        ObjectValue stored = server.get(DEPLOYMENTS + "/web");
        ObjectValue fewer = stored.update("spec", spec -> spec.with("replicas", 2));
        ApiException refusal =
                catchThrowableOfType(ApiException.class, () -> server.update(DEPLOYMENTS + "/web", fewer));
        assertThat(refusal.status().reason()).isEqualTo("Invalid");
        server.update(DEPLOYMENTS + "/web", stored.update("spec", spec -> spec.with("replicas", 4)));
    }

    @Test
    void policiesDoNotApplyToPolicies() {
        ObjectValue everything = Json.object("""
                {"metadata":{"name":"all.example.com"},"spec":{"matchConstraints":{"resourceRules":[
                 {"apiGroups":["*"],"apiVersions":["*"],"operations":["*"],"resources":["*"]}]},
                 "validations":[{"expression":"false"}]}}
                """);
        server.handle(Verb.CREATE, POLICIES, Query.NONE, everything);
        server.create(BINDINGS, """
                {"metadata":{"name":"all"},"spec":{"policyName":"all.example.com","validationActions":["Deny"]}}
                """);
        assertThat(refused(deployment("web", 1)).code()).isEqualTo(422);
        server.delete(BINDINGS + "/all", "{}");
        assertThat(create(DEPLOYMENTS, deployment("web", 1)).code()).isEqualTo(201);
    }

    @Test
    void anExpressionBombIsRefusedQuickly() {
        policy("{'validations':[{'expression':'[1,2,3,4,5,6,7,8,9,10].all(a, [1,2,3,4,5,6,7,8,9,10].all(b,"
                + " [1,2,3,4,5,6,7,8,9,10].all(c, [1,2,3,4,5,6,7,8,9,10].all(d, [1,2,3,4,5,6,7,8,9,10].all(e,"
                + " [1,2,3,4,5,6,7,8,9,10].all(f, a + b + c + d + e + f > 0))))))'}]}");
        assertThat(refused(deployment("web", 1)).message())
                .endsWith("resulted in error: operation cancelled: actual cost limit exceeded");
    }

    @Test
    void olderVersionsOfAResourceCountWhereThePolicySaysSo() {
        ObjectValue request = ObjectValue.EMPTY
                .with("metadata", ObjectValue.EMPTY.with("name", "scaler"))
                .with("spec", Json.object("""
                        {"maxReplicas":5,"scaleTargetRef":{"kind":"Deployment","name":"web","apiVersion":"apps/v1"}}
                        """));
        server.create(POLICIES, """
                {"metadata":{"name":"v1.example.com"},"spec":{"matchConstraints":{"resourceRules":[
                 {"apiGroups":["autoscaling"],"apiVersions":["v1"],"operations":["*"],
                  "resources":["horizontalpodautoscalers"]}]},
                 "validations":[{"expression":"request.kind.version == 'v1' && request.requestKind.version == 'v2' && object.apiVersion != 'autoscaling/v1'"}]}}
                """);
        server.create(BINDINGS, """
                {"metadata":{"name":"v1"},"spec":{"policyName":"v1.example.com","validationActions":["Deny"]}}
                """);
        ApiException refusal = catchThrowableOfType(
                ApiException.class, () -> create("autoscaling/v2/namespaces/shop/horizontalpodautoscalers", request));
        assertThat(refusal.status().message()).contains("v1.example.com");
    }

    /** A list of the causes' fields and messages. */
    static List<String> causes(ApiException refusal) {
        return refusal.status().details().causes().stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }

    @Test
    void somebodyElseIsJudgedAsSuch() {
        policy("{'validations':[{'expression':'request.userInfo.username != \\u0027mallory\\u0027'}]}");
        var request = ApiRequest.of(Verb.CREATE, TestServer.path(DEPLOYMENTS), Query.NONE, deployment("web", 1));
        User mallory = User.of("mallory", User.MASTERS, User.AUTHENTICATED);
        ApiException refusal = catchThrowableOfType(ApiException.class, () -> server.server.handle(mallory, request));
        assertThat(refusal.status().reason()).isEqualTo("Invalid");
        assertThat(causes(refusal)).hasSize(1);
    }
}
