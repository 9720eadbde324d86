package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the agent of a node may reach: its own objects, and what the pods on it use. */
class NodeAccessTest {
    private static final User N1 = User.of("system:node:n1", "system:nodes", User.AUTHENTICATED);
    private static final User N2 = User.of("system:node:n2", "system:nodes", User.AUTHENTICATED);

    private final TestServer cluster = new TestServer();

    @BeforeEach
    void aPodOnN1() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}");
        cluster.create("v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
        for (String name : List.of("image", "env", "volume", "projected", "disk", "other")) {
            cluster.create("v1/namespaces/default/secrets", "{\"metadata\":{\"name\":\"" + name + "\"}}");
        }
        cluster.create("v1/namespaces/default/pods", """
                {"metadata":{"name":"web"},"spec":{"nodeName":"n1","serviceAccountName":"robot",
                  "imagePullSecrets":[{"name":"image"}],
                  "containers":[{"name":"c","image":"i","envFrom":[{"secretRef":{"name":"env"}},
                    {"configMapRef":{"name":"settings"}}]}],
                  "volumes":[{"name":"s","secret":{"secretName":"volume"}},
                    {"name":"p","projected":{"sources":[{"secret":{"name":"projected"}}]}},
                    {"name":"d","persistentVolumeClaim":{"claimName":"data"}},
                    {"name":"e","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],
                      "resources":{"requests":{"storage":"1Gi"}}}}}}]}}
                """);
        cluster.create("v1/persistentvolumes", """
                {"metadata":{"name":"pv"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],
                  "claimRef":{"namespace":"default","name":"data"},
                  "csi":{"driver":"d","volumeHandle":"h","nodePublishSecretRef":{"namespace":"default","name":"disk"}}}}
                """);
    }

    private boolean may(User user, String verb, String resource, String namespace, String name) {
        String[] parts = resource.split("/", -1);
        String group = parts[0].contains(".") ? parts[0].substring(parts[0].indexOf('.') + 1) : "";
        String plural = group.isEmpty() ? parts[0] : parts[0].substring(0, parts[0].indexOf('.'));
        return cluster.server
                .authorizer()
                .decide(new Attributes(
                        user, verb, group, "v1", plural, parts.length > 1 ? parts[1] : "", namespace, name, ""))
                .allowed();
    }

    @Test
    void aNodeReadsTheSecretsThatItsPodsUseAndNoOthers() {
        for (String name : List.of("image", "env", "volume", "projected", "disk")) {
            assertThat(may(N1, "get", "secrets", "default", name)).as(name).isTrue();
            assertThat(may(N2, "get", "secrets", "default", name)).as(name).isFalse();
        }
        assertThat(may(N1, "get", "secrets", "default", "other")).isFalse();
        assertThat(may(N1, "list", "secrets", "default", "")).isFalse();
        assertThat(may(N1, "watch", "secrets", "default", "env")).isTrue();
        assertThat(may(N1, "update", "secrets", "default", "env")).isFalse();
    }

    @Test
    void whatIsRefusedIsRefusedWithItsReason() {
        assertThatThrownBy(() -> cluster.server.handle(
                        N1,
                        ApiRequest.of(
                                Verb.GET,
                                TestServer.path("v1/namespaces/default/secrets/other"),
                                Query.NONE,
                                ObjectValue.EMPTY)))
                .hasMessage("secrets \"other\" is forbidden: User \"system:node:n1\" cannot get resource \"secrets\" in"
                        + " API group \"\" in the namespace \"default\": no relationship found between node 'n1' and this"
                        + " object");
    }

    @Test
    void aNodeReachesClaimsVolumesConfigMapsAndAccountsOfItsPods() {
        assertThat(may(N1, "get", "configmaps", "default", "settings")).isTrue();
        assertThat(may(N1, "get", "persistentvolumeclaims", "default", "data")).isTrue();
        assertThat(may(N1, "get", "persistentvolumeclaims", "default", "web-e")).isTrue();
        assertThat(may(N1, "patch", "persistentvolumeclaims/status", "default", "data"))
                .isTrue();
        assertThat(may(N1, "get", "persistentvolumes", "", "pv")).isTrue();
        assertThat(may(N1, "create", "serviceaccounts/token", "default", "robot"))
                .isTrue();
        assertThat(may(N1, "create", "serviceaccounts/token", "default", "default"))
                .isFalse();
        for (String resource : List.of("configmaps", "persistentvolumeclaims")) {
            assertThat(may(N2, "get", resource, "default", resource.equals("configmaps") ? "settings" : "data"))
                    .isFalse();
        }
        assertThat(may(N2, "get", "persistentvolumes", "", "pv")).isFalse();
    }

    @Test
    void aPodThatTheNodeWroteItselfOpensNothing() {
        cluster.create("v1/namespaces/default/pods", """
                {"metadata":{"name":"mirror","annotations":{"kubernetes.io/config.mirror":"x"}},
                 "spec":{"nodeName":"n2","containers":[{"name":"c","image":"i",
                   "envFrom":[{"configMapRef":{"name":"other"}}]}]}}
                """);

        assertThat(may(N2, "get", "configmaps", "default", "other")).isFalse();
    }

    @Test
    void aNodeListsThePodsOnItselfAndNoOthers() {
        Attributes all = new Attributes(N1, "list", "", "v1", "pods", "", "", "", "");

        assertThat(cluster.server.authorizer().decide(all).reason())
                .isEqualTo("can only list/watch pods with spec.nodeName field selector");
        assertThat(cluster.server
                        .authorizer()
                        .decide(all.selecting(List.of(new FieldSelector.Term("spec.nodeName", false, "n1")), List.of()))
                        .allowed())
                .isTrue();
        assertThat(cluster.server
                        .authorizer()
                        .decide(all.selecting(List.of(new FieldSelector.Term("spec.nodeName", false, "n2")), List.of()))
                        .allowed())
                .isFalse();
        assertThat(cluster.server
                        .handle(
                                N1,
                                ApiRequest.of(
                                        Verb.LIST,
                                        TestServer.path("v1/pods"),
                                        new Query(new TreeMap<>(Map.of("fieldSelector", "spec.nodeName=n1"))),
                                        ObjectValue.EMPTY))
                        .body()
                        .list("items")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void aNodeKeepsItsOwnNodeLeaseAndDriverRecord() {
        assertThat(may(N1, "get", "nodes", "", "n1")).isTrue();
        assertThat(may(N1, "get", "nodes", "", "n2")).isFalse();
        assertThat(may(N1, "list", "nodes", "", "")).isFalse();
        assertThat(may(N1, "patch", "nodes/status", "", "n1")).isTrue();
        assertThat(may(N1, "delete", "nodes", "", "n1")).isFalse();
        assertThat(may(N1, "update", "leases.coordination.k8s.io", "kube-node-lease", "n1"))
                .isTrue();
        assertThat(may(N1, "update", "leases.coordination.k8s.io", "kube-node-lease", "n2"))
                .isFalse();
        assertThat(may(N1, "get", "leases.coordination.k8s.io", "default", "n1"))
                .isFalse();
        assertThat(may(N1, "patch", "csinodes.storage.k8s.io", "", "n1")).isTrue();
        assertThat(may(N1, "patch", "csinodes.storage.k8s.io", "", "n2")).isFalse();
    }

    @Test
    void whatEveryNodeMayDoStandsInTheRoleOfNodes() {
        assertThat(may(N1, "list", "services", "", "")).isTrue();
        assertThat(may(N1, "create", "tokenreviews.authentication.k8s.io", "", ""))
                .isTrue();
        assertThat(may(N1, "create", "deployments.apps", "default", "")).isFalse();
        assertThat(may(User.of("system:node:n1", User.AUTHENTICATED), "list", "services", "", ""))
                .isFalse();
    }

    @Test
    void whatANodeMayDoCannotBeListed() {
        assertThat(cluster.server.authorizer().permissions(N1, "default").incomplete())
                .isTrue();
        assertThat(cluster.server.authorizer().permissions(N1, "default").error())
                .isEqualTo("node authorizer does not support user rule resolution");
    }
}
