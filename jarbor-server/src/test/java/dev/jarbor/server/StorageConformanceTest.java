package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API tests of sig-storage, from their official descriptions. */
class StorageConformanceTest {
    private static final String STORAGE = "storage.k8s.io/v1/";

    /** Nobody runs here who would take the finalizers of protected objects away. */
    private final TestServer cluster =
            new TestServer(AdmissionSettings.DEFAULT.disabling("StorageObjectInUseProtection"));

    private void goThroughLife(String collection, String json, String label) {
        String path = STORAGE + collection + "/life";
        ObjectValue created = cluster.create(STORAGE + collection, json);
        assertThat(cluster.get(path)).isEqualTo(created);

        ObjectValue patched =
                cluster.patch(PatchType.MERGE, path, "{\"metadata\": {\"labels\": {\"" + label + "\": \"patched\"}}}");
        assertThat(patched.object("metadata").object("labels").string(label)).isEqualTo("patched");
        assertThat(cluster.list(STORAGE + collection, Query.labels(label + "=patched"))
                        .list("items")
                        .objects())
                .containsExactly(patched);

        ObjectValue updated = cluster.update(
                path,
                patched.update(
                        "metadata",
                        metadata -> metadata.update("labels", labels -> labels.with(label, Value.of("updated")))));
        assertThat(updated.object("metadata").object("labels").string(label)).isEqualTo("updated");

        cluster.delete(path, "{}");
        assertThatThrownBy(() -> cluster.get(path))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());

        cluster.create(
                STORAGE + collection, json.replace("\"life\"}", "\"second\", \"labels\": {\"" + label + "\": \"x\"}}"));
        cluster.handle(Verb.DELETECOLLECTION, STORAGE + collection, Query.labels(label + "=x"), ObjectValue.EMPTY);
        assertThat(cluster.list(STORAGE + collection, Query.labels(label + "=x"))
                        .list("items")
                        .size())
                .isZero();
    }

    @Test
    @Conformance("STO-01")
    void aCsiDriverGoesThroughItsLife() {
        goThroughLife("csidrivers", """
                {"metadata": {"name": "life"},
                 "spec": {"attachRequired": false, "podInfoOnMount": true, "volumeLifecycleModes": ["Ephemeral"]}}
                """, "csi-driver");
    }

    @Test
    @Conformance("STO-02")
    void aPodMayHaveAnInlineVolumeOfADriver() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\": {\"name\": \"default\"}}");
        cluster.create(STORAGE + "csidrivers", """
                {"metadata": {"name": "inline.example.org"}, "spec": {"volumeLifecycleModes": ["Ephemeral"]}}
                """);
        String pods = "v1/namespaces/default/pods";
        ObjectValue created = cluster.create(pods, """
                {"metadata": {"name": "inline", "labels": {"test": "inline"}},
                 "spec": {"containers": [{"name": "c", "image": "web:1",
                              "volumeMounts": [{"name": "v", "mountPath": "/mnt"}]}],
                          "volumes": [{"name": "v", "csi": {"driver": "inline.example.org", "readOnly": true,
                              "volumeAttributes": {"size": "1Gi"}}}]}}
                """);

        ObjectValue volume = created.object("spec").list("volumes").objects().getFirst();
        assertThat(volume.object("csi")).isEqualTo(Json.object("""
                {"driver": "inline.example.org", "readOnly": true, "volumeAttributes": {"size": "1Gi"}}
                """));
        assertThat(cluster.list(pods, Query.labels("test=inline")).list("items").objects())
                .containsExactly(created);
        cluster.delete(pods + "/inline", "{\"gracePeriodSeconds\": 0}");
        assertThat(cluster.list(pods, Query.labels("test=inline")).list("items").size())
                .isZero();
    }

    @Test
    @Conformance("STO-03")
    void aCsiNodeGoesThroughItsLife() {
        goThroughLife("csinodes", """
                {"metadata": {"name": "life"},
                 "spec": {"drivers": [{"name": "d.example.org", "nodeID": "life", "topologyKeys": ["zone"]}]}}
                """, "csi-node");
    }

    @Test
    @Conformance("STO-04")
    void csiStorageCapacitiesSupportEveryApiOperation() {
        new ApiOperations(cluster, STORAGE + "namespaces/default/csistoragecapacities", """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}}, "storageClassName": "fast",
                 "capacity": "1Gi", "nodeTopology": {"matchLabels": {"zone": "a"}}}
                """).all();
    }

    @Test
    @Conformance("STO-44")
    void theStatusOfVolumesAndClaimsIsPatchedAndUpdated() {
        String volumes = "v1/persistentvolumes";
        cluster.create(volumes, """
                {"metadata": {"name": "pv"},
                 "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"],
                          "hostPath": {"path": "/tmp/pv"}, "storageClassName": "manual"}}
                """);
        ObjectValue patchedVolume = cluster.patch(
                PatchType.MERGE,
                volumes + "/pv/status",
                "{\"status\": {\"message\": \"StatusPatched\", \"reason\": \"E2E patchedStatus\"}}");
        assertThat(patchedVolume.object("status").string("message")).isEqualTo("StatusPatched");
        ObjectValue updatedVolume = cluster.update(
                volumes + "/pv/status",
                patchedVolume.update("status", status -> status.with("message", Value.of("StatusUpdated"))));
        assertThat(updatedVolume.object("status").string("message")).isEqualTo("StatusUpdated");

        String claims = "v1/namespaces/default/persistentvolumeclaims";
        cluster.create(claims, """
                {"metadata": {"name": "pvc"},
                 "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "manual",
                          "resources": {"requests": {"storage": "1Gi"}}}}
                """);
        ObjectValue patchedClaim = cluster.patch(PatchType.MERGE, claims + "/pvc/status", """
                {"status": {"conditions": [{"type": "StatusPatched", "status": "True", "reason": "E2E patchedStatus",
                                            "message": "Set from e2e test"}]}}
                """);
        assertThat(conditions(patchedClaim)).containsExactly("StatusPatched");
        ObjectValue updatedClaim = cluster.update(
                claims + "/pvc/status",
                patchedClaim.update(
                        "status", status -> status.with("conditions", ListValue.of(List.of(Json.object("""
                        {"type": "StatusUpdated", "status": "True", "reason": "E2E", "message": "Set from e2e test"}
                        """))))));
        assertThat(conditions(updatedClaim)).containsExactly("StatusUpdated");
        assertThat(updatedClaim.object("spec")).isEqualTo(patchedClaim.object("spec"));
    }

    private static List<String> conditions(ObjectValue object) {
        return object.object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type"))
                .toList();
    }

    @Test
    @Conformance("STO-83")
    void aStorageClassGoesThroughItsLife() {
        goThroughLife("storageclasses", """
                {"metadata": {"name": "life"}, "provisioner": "p.example.org", "reclaimPolicy": "Delete",
                 "volumeBindingMode": "WaitForFirstConsumer"}
                """, "storage-class");
    }

    @Test
    @Conformance("STO-89")
    void theStatusOfAnAttachmentIsPatchedAndUpdated() {
        String attachments = STORAGE + "volumeattachments";
        ObjectValue created = cluster.create(attachments, attachment());
        ObjectValue patched =
                cluster.patch(PatchType.MERGE, attachments + "/life/status", "{\"status\": {\"attached\": true}}");
        assertThat(patched.object("status").bool("attached")).isTrue();

        ObjectValue updated = cluster.update(
                attachments + "/life/status",
                patched.update("status", status -> status.with("attached", Value.of(false))));
        assertThat(updated.object("status").bool("attached")).isFalse();
        assertThat(updated.object("spec")).isEqualTo(created.object("spec"));
    }

    @Test
    @Conformance("STO-90")
    void anAttachmentGoesThroughItsLife() {
        goThroughLife("volumeattachments", attachment(), "volume-attachment");
    }

    private static String attachment() {
        return """
                {"metadata": {"name": "life"},
                 "spec": {"attacher": "a.example.org", "nodeName": "node-1", "source": {"persistentVolumeName": "pv"}}}
                """;
    }

    @Test
    @Conformance("STO-91")
    void aVolumeAttributesClassGoesThroughItsLife() {
        goThroughLife("volumeattributesclasses", """
                {"metadata": {"name": "life"}, "driverName": "d.example.org", "parameters": {"iops": "1000"}}
                """, "attributes-class");
    }
}
