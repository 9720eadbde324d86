package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.tls.Requests;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node may not do, although its authorisation lets it ask. */
class NodeRestrictionTest {
    private static final User NODE = User.of("system:node:n1", "system:nodes", User.MASTERS, User.AUTHENTICATED);
    private static final String MIRROR = "kubernetes.io/config.mirror";

    private final AdmissionWorld world = new AdmissionWorld(AdmissionSettings.DEFAULT.enabling("NodeRestriction"));

    @BeforeEach
    void aPodOnEachNode() {
        world.as(NODE, Verb.CREATE, "v1/nodes", yaml("metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}"));
        world.create("v1/nodes", "metadata: {name: n2}");
        world.pod("own", "nodeName: n1");
        world.pod("other", "nodeName: n2");
    }

    private String node(Verb verb, String path, ObjectValue body) {
        return refusal(() -> world.as(NODE, verb, path, body));
    }

    private String node(Verb verb, String path, String yaml) {
        return node(verb, path, yaml(yaml));
    }

    @Test
    void aNodeLabelsItselfOnlyWithWhatDescribesIt() {
        assertThat(node(Verb.CREATE, "v1/nodes", "metadata: {name: n3}"))
                .isEqualTo("nodes \"n3\" is forbidden: node \"n1\" is not allowed to modify node \"n3\"");
        ObjectValue own = world.get("v1/nodes/n1");
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", labelled(own, "kubernetes.io/role")))
                .isEqualTo("nodes \"n1\" is forbidden: is not allowed to modify labels: kubernetes.io/role");
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", labelled(own, "node-restriction.kubernetes.io/tier")))
                .isEqualTo("nodes \"n1\" is forbidden: is not allowed to modify labels:"
                        + " node-restriction.kubernetes.io/tier");
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", labelled(own, "node.kubernetes.io/speed")))
                .isEmpty();
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", labelled(world.get("v1/nodes/n1"), "example.com/rack")))
                .isEmpty();
    }

    private static ObjectValue labelled(ObjectValue object, String label) {
        return object.update("metadata", metadata -> metadata.update("labels", labels -> labels.with(label, "x")));
    }

    @Test
    void aNodeTouchesNeitherItsTaintsNorItsOwners() {
        ObjectValue own = world.get("v1/nodes/n1");
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", own.update("spec", spec -> spec.without("taints"))))
                .isEqualTo("nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify taints");
        ObjectValue owned = own.update(
                "metadata",
                metadata -> metadata.with(
                        "ownerReferences",
                        yaml("a: [{apiVersion: v1, kind: Node, name: n2, uid: u}]")
                                .list("a")));
        assertThat(node(Verb.UPDATE, "v1/nodes/n1", owned))
                .isEqualTo("nodes \"n1\" is forbidden: node \"n1\" is not allowed to modify ownerReferences");
    }

    @Test
    void aNodeCreatesOnlyMirrorPodsOfItsOwn() {
        String uid = world.get("v1/nodes/n1").object("metadata").string("uid");
        String owner = ", ownerReferences: [{apiVersion: v1, kind: Node, name: n1, uid: %s, controller: true}]";
        String mirror = ", annotations: {" + MIRROR + ": x}";

        assertThat(node(Verb.CREATE, PODS, AdmissionWorld.podText("m", "", "nodeName: n1")))
                .isEqualTo("pods \"m\" is forbidden: pod does not have \"kubernetes.io/config.mirror\" annotation, node"
                        + " \"n1\" can only create mirror pods");
        assertThat(node(Verb.CREATE, PODS, AdmissionWorld.podText("m", mirror, "nodeName: n2")))
                .isEqualTo(
                        "pods \"m\" is forbidden: node \"n1\" can only create pods with spec.nodeName set to itself");
        assertThat(node(Verb.CREATE, PODS, AdmissionWorld.podText("m", mirror, "nodeName: n1")))
                .isEqualTo("pods \"m\" is forbidden: node \"n1\" can only create pods with an owner reference set to"
                        + " itself");
        assertThat(node(
                        Verb.CREATE,
                        PODS,
                        AdmissionWorld.podText("m", mirror + owner.formatted("wrong"), "nodeName: n1")))
                .isEqualTo("pods \"m\" is forbidden: node n1 UID mismatch: expected wrong got " + uid);
        assertThat(node(
                        Verb.CREATE,
                        PODS,
                        AdmissionWorld.podText(
                                "m",
                                mirror + owner.formatted(uid),
                                "nodeName: n1\nvolumes: [{name: v, configMap: {name: c}}]")))
                .isEqualTo("pods \"m\" is forbidden: node \"n1\" can not create pods that reference configmaps");
        assertThat(node(Verb.CREATE, PODS, AdmissionWorld.podText("m", mirror + owner.formatted(uid), "nodeName: n1")))
                .isEmpty();
    }

    @Test
    void aNodeDeletesEvictsAndReportsOnlyItsOwnPods() {
        assertThat(node(Verb.DELETE, PODS + "/other", "{}"))
                .isEqualTo("pods \"other\" is forbidden: node \"n1\" can only delete pods with spec.nodeName set to"
                        + " itself");
        assertThat(node(Verb.CREATE, PODS + "/other/eviction", "metadata: {name: other}"))
                .isEqualTo("pods \"other\" is forbidden: node n1 can only evict pods with spec.nodeName set to itself");
        ObjectValue other = world.get(PODS + "/other");
        assertThat(node(Verb.UPDATE, PODS + "/other/status", other))
                .isEqualTo("pods \"other\" is forbidden: node \"n1\" can only update pod status for pods with"
                        + " spec.nodeName set to itself");
        ObjectValue own = world.get(PODS + "/own");
        assertThat(node(Verb.UPDATE, PODS + "/own/status", labelled(own, "a")))
                .isEqualTo("pods \"own\" is forbidden: node \"n1\" cannot update labels through pod status");
        assertThat(node(Verb.UPDATE, PODS + "/own", own))
                .isEqualTo("pods \"own\" is forbidden: unexpected operation \"UPDATE\", node \"n1\" can only create and"
                        + " delete mirror pods");
        assertThat(node(
                        Verb.UPDATE,
                        PODS + "/own/status",
                        own.update("status", status -> status.with("phase", "Running"))))
                .isEmpty();
        assertThat(node(Verb.DELETE, PODS + "/own", "{}")).isEmpty();
    }

    @Test
    void aNodeRenewsItsOwnLeaseAndNoOther() {
        world.create("v1/namespaces/kube-node-lease/serviceaccounts", "metadata: {name: default}");
        String leases = "coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

        assertThat(node(Verb.CREATE, leases, "metadata: {name: n2}"))
                .isEqualTo(
                        "leases.coordination.k8s.io \"n2\" is forbidden: can only access node lease with the same name"
                                + " as the requesting node");
        assertThat(node(Verb.CREATE, leases.replace("kube-node-lease", "shop"), "metadata: {name: n1}"))
                .isEqualTo("leases.coordination.k8s.io \"n1\" is forbidden: can only access leases in the"
                        + " \"kube-node-lease\" system namespace");
        assertThat(node(Verb.CREATE, leases, "metadata: {name: n1}")).isEmpty();
        assertThat(node(Verb.CREATE, "storage.k8s.io/v1/csinodes", "metadata: {name: n2}"))
                .isEqualTo(
                        "csinodes.storage.k8s.io \"n2\" is forbidden: can only access CSINode with the same name as the"
                                + " requesting node");
    }

    @Test
    void aNodeAsksForTokensOnlyForItsPods() {
        String path = "v1/namespaces/shop/serviceaccounts/default/token";
        String uid = world.get(PODS + "/own").object("metadata").string("uid");
        String other = world.get(PODS + "/other").object("metadata").string("uid");
        String bound = "spec: {boundObjectRef: {apiVersion: v1, kind: Pod, name: %s, uid: %s}%s}";

        assertThat(node(Verb.CREATE, path, "spec: {}"))
                .isEqualTo("serviceaccounts \"default\" is forbidden: node requested token not bound to a pod");
        assertThat(node(Verb.CREATE, path, bound.formatted("other", other, "")))
                .isEqualTo(
                        "serviceaccounts \"default\" is forbidden: node requested token bound to a pod scheduled on a"
                                + " different node");
        assertThat(node(Verb.CREATE, path, bound.formatted("own", other, "")))
                .contains("does not match the UID in record");
        assertThat(node(Verb.CREATE, path, bound.formatted("own", uid, ", audiences: [a, b]")))
                .contains("node may only request 0 or 1 audiences");
        assertThat(node(Verb.CREATE, path, bound.formatted("own", uid, ""))).isEmpty();
    }

    @Test
    void aNodeWritesOfClaimsOnlyTheirState() {
        String claims = "v1/namespaces/shop/persistentvolumeclaims";
        world.create(
                claims,
                "metadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}");
        ObjectValue claim = world.get(claims + "/data");

        assertThat(node(Verb.UPDATE, claims + "/data", claim))
                .isEqualTo("persistentvolumeclaims \"data\" is forbidden: may only update PVC status");
        assertThat(node(
                        Verb.UPDATE,
                        claims + "/data/status",
                        claim.update("status", status -> status.with("phase", "Bound"))))
                .startsWith("persistentvolumeclaims \"data\" is forbidden: node \"n1\" is not allowed to update fields"
                        + " other than status.capacity and status.conditions");
        assertThat(node(
                        Verb.UPDATE,
                        claims + "/data/status",
                        claim.update("status", status -> status.with("capacity", yaml("{storage: 1Gi}")))))
                .isEmpty();
    }

    @Test
    void aNodePublishesDevicesOnlyOfItsOwn() {
        String slice = "metadata: {name: s}\nspec: {driver: d.example.com, nodeName: n2, pool: {name: p,"
                + " resourceSliceCount: 1}, devices: []}";

        assertThat(node(Verb.CREATE, "resource.k8s.io/v1/resourceslices", slice))
                .isEqualTo(
                        "resourceslices.resource.k8s.io \"s\" is forbidden: can only create ResourceSlice with the same"
                                + " NodeName as the requesting node");
    }

    @Test
    void aNodeAsksForCertificatesInItsOwnNameAlone() {
        for (String signer : List.of("kubernetes.io/kubelet-serving", "kubernetes.io/kube-apiserver-client-kubelet")) {
            assertThat(asksFor(signer, "O=system:nodes,CN=system:node:n2"))
                    .isEqualTo("certificatesigningrequests.certificates.k8s.io \"csr\" is forbidden: can only create a"
                            + " node CSR with CN=system:node:n1");
        }
        assertThat(asksFor("kubernetes.io/kube-apiserver-client-kubelet", "O=system:nodes,CN=system:node:n1"))
                .isEmpty();
        assertThat(asksFor("example.com/other", "CN=anybody")).isEmpty();
        assertThat(refusal(() -> world.create(
                        REQUESTS,
                        request(
                                "bob",
                                "kubernetes.io/kube-apiserver-client-kubelet",
                                "O=system:nodes,CN=system:node:n2"))))
                .as("who is no node is not kept to its name")
                .isEmpty();
    }

    private static final String REQUESTS = "certificates.k8s.io/v1/certificatesigningrequests";

    private String asksFor(String signer, String subject) {
        String name = signer.startsWith("example") ? "other" : "csr";
        return node(Verb.CREATE, REQUESTS, request(name, signer, subject));
    }

    private static String request(String name, String signer, String subject) {
        return "metadata: {name: " + name + "}\nspec: {signerName: " + signer
                + ", usages: [digital signature, client auth], request: " + Requests.field(subject) + "}";
    }
}
