package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.tls.Requests;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which objects a list is about.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/">Labels and selectors</a>
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/">Field selectors</a>
 */
class SelectionTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";
    private static final String EVERY_KIND = """
            in: v1/namespaces/default/configmaps
            both: {}
            ---
            in: v1/namespaces/default/pods
            a: {spec: {containers: [{name: c, image: i}]}}
            b:
              spec:
                containers: [{name: c, image: i}]
                nodeName: n1
                restartPolicy: Never
                schedulerName: own
                hostNetwork: true
                serviceAccountName: robot
            status: {phase: Running, podIP: 10.0.0.9, podIPs: [{ip: 10.0.0.9}]}
            ---
            in: v1/namespaces/other/pods
            both: {spec: {containers: [{name: c, image: i}]}}
            status: {nominatedNodeName: n2}
            ---
            in: v1/namespaces
            both: {}
            ---
            in: v1/nodes
            a: {}
            b: {spec: {unschedulable: true}}
            ---
            in: v1/namespaces/default/secrets
            a: {}
            b: {type: example.com/own}
            ---
            in: v1/namespaces/default/services
            a: {spec: {ports: [{port: 80}]}}
            b: {spec: {type: ExternalName, externalName: example.com}}
            ---
            in: v1/namespaces/other/services
            a: {spec: {ports: [{port: 80}]}}
            b: {spec: {clusterIP: None, ports: [{port: 80}]}}
            ---
            in: v1/namespaces/default/replicationcontrollers
            both:
              spec:
                selector: {app: web}
                template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
            status: {replicas: 2}
            ---
            in: apps/v1/namespaces/default/replicasets
            both:
              spec:
                selector: {matchLabels: {app: web}}
                template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
            status: {replicas: 2}
            ---
            in: batch/v1/namespaces/default/jobs
            both: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}}
            status: {succeeded: 1, startTime: "2030-01-01T00:00:00Z", uncountedTerminatedPods: {}}
            ---
            in: certificates.k8s.io/v1/certificatesigningrequests
            a: {spec: {request: REQUEST, signerName: example.com/a, usages: [client auth]}}
            b: {spec: {request: REQUEST, signerName: example.com/b, usages: [client auth]}}
            """;

    private final TestServer cluster = new TestServer();

    private List<String> names(String path, Query query) {
        return cluster.list(path, query).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private void map(String name, String labels) {
        cluster.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":" + labels + "}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tier=web                      | w1 w2",
                "tier==web                     | w1 w2",
                "tier!=web                     | d1 n1",
                "tier=web,env=test             | w2",
                "tier in (web,db)              | d1 w1 w2",
                "tier in (web, db),env notin (test) | d1 w1",
                "tier notin (web)              | d1 n1",
                "tier                          | d1 w1 w2",
                "!tier                         | n1",
                "!tier,env                     | n1",
                "size>3                        | w1",
                "size<3                        | w2",
                "tier=,tier                    | ''",
            })
    void labelsAreSelectedByEqualityAndBySet(String selector, String found) {
        map("w1", "{\"tier\":\"web\",\"size\":\"5\"}");
        map("w2", "{\"tier\":\"web\",\"env\":\"test\",\"size\":\"2\"}");
        map("d1", "{\"tier\":\"db\"}");
        map("n1", "{\"env\":\"test\"}");

        assertThat(String.join(" ", names(MAPS, Query.labels(selector)))).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tier in web        | unable to parse requirement: found 'web' expected: '('",
                "tier in (web       | unable to parse requirement: found '', expected: ',' or ')'",
                "tier=web=db        | found '=', expected: ',' or 'end of string'",
                "-tier=web          | unable to parse requirement: <nil>: Invalid value: \"-tier\": name part must consist of",
                "size>big           | unable to parse requirement: values[0]: Invalid value: \"big\": for 'Gt', 'Lt' operators, the value must be an integer",
            })
    void aSelectorThatIsNoneIsAnError(String selector, String message) {
        assertThatThrownBy(() -> names(MAPS, Query.labels(selector)))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(400))
                .hasMessageContaining(message);
        assertThatThrownBy(() -> names(MAPS, Query.fields("metadata.name")))
                .hasMessage("invalid selector: 'metadata.name'; can't understand 'metadata.name'");
    }

    /** Each field of the reference's documentation, once with the value of one object and once with its opposite. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v1/namespaces/default/configmaps | metadata.name=b",
                "v1/configmaps                    | metadata.namespace=default,metadata.name=b",
                "v1/namespaces/default/pods       | spec.nodeName=n1",
                "v1/namespaces/default/pods       | spec.restartPolicy=Never",
                "v1/namespaces/default/pods       | spec.schedulerName=own",
                "v1/namespaces/default/pods       | spec.serviceAccountName=robot",
                "v1/namespaces/default/pods       | spec.hostNetwork=true",
                "v1/namespaces/default/pods       | status.phase=Running",
                "v1/namespaces/default/pods       | status.podIP=10.0.0.9",
                "v1/namespaces/other/pods         | status.nominatedNodeName=n2",
                "v1/namespaces                    | status.phase=Terminating",
                "v1/nodes                         | spec.unschedulable=true",
                "v1/namespaces/default/secrets    | type=example.com/own",
                "v1/namespaces/default/services   | spec.type=ExternalName",
                "v1/namespaces/other/services     | spec.clusterIP=None",
                "v1/namespaces/default/replicationcontrollers | status.replicas=2",
                "apps/v1/namespaces/default/replicasets | status.replicas=2",
                "batch/v1/namespaces/default/jobs | status.successful=1",
                "certificates.k8s.io/v1/certificatesigningrequests | spec.signerName=example.com/b",
            })
    void eachKindIsSelectedByItsFields(String path, String selector) {
        cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"other\"}}");
        everyKind();

        assertThat(names(path, Query.fields(selector))).containsExactly("b");
        if (!selector.contains(",")) {
            assertThat(names(path, Query.fields(selector.replace("=", "!="))))
                    .contains("a")
                    .doesNotContain("b");
        }
    }

    /** Of each kind an object a, as plain as can be, and an object b, which says what a does not. */
    private void everyKind() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}");
        cluster.create("v1/namespaces/other/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        String request = Requests.field("CN=selected");
        for (Value document : Yaml.documents(EVERY_KIND.replace("REQUEST", request))) {
            ObjectValue kind = (ObjectValue) document;
            String path = kind.string("in");
            for (String name : List.of("a", "b")) {
                ObjectValue object = kind.object(kind.has(name) ? name : "both");
                cluster.handle(
                        Verb.CREATE,
                        path,
                        Query.NONE,
                        object.update("metadata", metadata -> metadata.with("name", name)));
            }
            if (kind.has("status")) {
                cluster.patch(
                        PatchType.MERGE, path + "/b/status", "{\"status\":" + Json.text(kind.object("status")) + "}");
            }
        }
        cluster.delete("v1/namespaces/b", "{}");
    }

    @Test
    void fieldsAndLabelsAreBothAsked() {
        map("a", "{\"x\":\"1\"}");
        map("b", "{\"x\":\"1\"}");

        ObjectValue found = cluster.list(MAPS, Query.labels("x=1").with("fieldSelector", "metadata.name=a"));

        assertThat(found.list("items").objects())
                .singleElement()
                .satisfies(item ->
                        assertThat(item.object("metadata").string("name")).isEqualTo("a"));
    }
}
