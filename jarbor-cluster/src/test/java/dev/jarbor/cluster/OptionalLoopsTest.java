package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apiserverinternal.v1alpha1.StorageVersion;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.storagemigration.v1beta1.StorageVersionMigration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.ControllerChoice;
import dev.jarbor.node.simulated.Load;
import dev.jarbor.server.registry.RuntimeConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loops that are off by default, or whose kinds are, in a whole cluster. */
class OptionalLoopsTest {
    private static final String REQUESTS = "certificates.k8s.io/v1beta1/podcertificaterequests";

    private static SimulatedCluster serving(String version, String... loops) {
        return new SimulatedCluster(
                2,
                Load.share(0.5),
                version.isEmpty() ? RuntimeConfig.DEFAULT : RuntimeConfig.parse(List.of(version + "=true")),
                new ControllerChoice(true, List.of(loops), List.of()));
    }

    private static String request(String name, ObjectValue pod) {
        String uid = pod.object("metadata").string("uid");
        try {
            KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            Signature proof = Signature.getInstance("Ed25519");
            proof.initSign(keys.getPrivate());
            proof.update(uid.getBytes(StandardCharsets.UTF_8));
            return """
                    metadata: {name: %s}
                    spec:
                      signerName: example.org/spiffe
                      podName: %s
                      podUID: %s
                      serviceAccountName: default
                      serviceAccountUID: %s
                      nodeName: %s
                      nodeUID: n1
                      pkixPublicKey: %s
                      proofOfPossession: %s
                    """.formatted(
                            name,
                            pod.object("metadata").string("name"),
                            uid,
                            uid,
                            pod.object("spec").string("nodeName"),
                            Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
                            Base64.getEncoder().encodeToString(proof.sign()));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Test
    void requestsForCertificatesOfPodsGoAfterAQuarterOfAnHourAnsweredOrNotAndThePodStays() {
        SimulatedCluster cluster = serving("certificates.k8s.io/v1beta1");
        cluster.create("v1/pods", "{metadata: {name: web}, spec: " + SimulatedCluster.pod("web") + "}");
        cluster.pass(30);
        ObjectValue pod = cluster.get("v1/pods/web");
        cluster.create(REQUESTS, request("answered", pod));
        cluster.patch(
                REQUESTS + "/answered/status",
                "status: {conditions: [{type: Denied, status: 'True', reason: Unknown}]}");
        cluster.pass(300);
        cluster.create(REQUESTS, request("later", pod));
        cluster.plane.restartLoops();
        cluster.pass(590);
        assertThat(cluster.names(REQUESTS)).containsExactly("answered", "later");

        cluster.pass(20);
        assertThat(cluster.names(REQUESTS)).containsExactly("later");
        cluster.pass(300);
        assertThat(cluster.names(REQUESTS)).isEmpty();
        assertThat(cluster.get("v1/pods/web").object("status").string("phase")).isEqualTo("Running");
    }

    private static void podWithLabel(SimulatedCluster cluster, String name, String level) {
        cluster.create("v1/pods", """
                metadata: {name: %s}
                spec:
                  securityContext: {seLinuxOptions: {level: '%s'}}
                  containers: [{name: main, image: 'web:1', volumeMounts: [{name: data, mountPath: /data}]}]
                  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
                """.formatted(name, level));
    }

    private static List<String> conflicts(SimulatedCluster cluster) {
        return cluster.list("v1/events").stream()
                .filter(event -> event.string("reason").equals("SELinuxLabelConflict"))
                .map(event -> event.object("involvedObject").string("name") + ": " + event.string("message"))
                .toList();
    }

    private static SimulatedCluster withSharedVolume(String... loops) {
        SimulatedCluster cluster = serving("", loops);
        cluster.create("/storage.k8s.io/v1/csidrivers", """
                metadata: {name: disk.example.com}
                spec: {seLinuxMount: true, attachRequired: false}
                """);
        cluster.create("/v1/persistentvolumes", """
                metadata: {name: shared}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteMany]
                  storageClassName: ''
                  csi: {driver: disk.example.com, volumeHandle: one}
                """);
        cluster.create("v1/persistentvolumeclaims", """
                metadata: {name: data}
                spec: {storageClassName: '', accessModes: [ReadWriteMany], resources: {requests: {storage: 1Gi}}}
                """);
        podWithLabel(cluster, "one", "s0:c1,c2");
        podWithLabel(cluster, "same", "s0:c1,c2");
        cluster.pass(60);
        return cluster;
    }

    @Test
    void podsWhoseLabelsWouldKeepThemFromSharingAVolumeAreToldSoOnceItIsKnown() {
        SimulatedCluster cluster = withSharedVolume("selinux-warning-controller");
        assertThat(cluster.get("v1/persistentvolumeclaims/data")
                        .object("status")
                        .string("phase"))
                .isEqualTo("Bound");
        assertThat(conflicts(cluster)).isEmpty();
        podWithLabel(cluster, "other", "s0:c8,c9");
        cluster.pass(30);

        assertThat(conflicts(cluster))
                .contains(
                        "other: SELinux label \":::s0:c8,c9\" conflicts with pod one that uses the same volume as this"
                                + " pod with SELinux label \":::s0:c1,c2\". If both pods land on the same node, only one"
                                + " of them may access the volume.")
                .anyMatch(told -> told.startsWith("one: SELinux label \":::s0:c1,c2\" conflicts with pod other"))
                .anyMatch(told -> told.startsWith("same: SELinux label \":::s0:c1,c2\" conflicts with pod other"))
                .noneMatch(told -> told.contains("conflicts with pod same that uses") && told.startsWith("one:"));
    }

    @Test
    void nobodyIsToldOfLabelsUnlessSomebodyAskedForIt() {
        SimulatedCluster cluster = withSharedVolume();
        podWithLabel(cluster, "other", "s0:c8,c9");
        cluster.pass(30);
        assertThat(conflicts(cluster)).isEmpty();
    }

    private static <T extends KubeObject> T create(SimulatedCluster cluster, Kind<T> kind, String yaml) {
        return cluster.plane.api().create(kind, kind.read(SimulatedCluster.yaml(yaml)));
    }

    @Test
    void everyObjectOfAResourceIsWrittenAnewWhereSomebodyAsksForIt() {
        SimulatedCluster cluster = serving("storagemigration.k8s.io/v1beta1");
        cluster.create("v1/configmaps", "{metadata: {name: one}, data: {a: b}}");
        ObjectValue before = cluster.get("v1/configmaps/one");
        create(cluster, StorageVersionMigration.KIND, """
                metadata: {name: maps}
                spec: {resource: {group: '', resource: configmaps}}
                """);
        create(cluster, StorageVersionMigration.KIND, """
                metadata: {name: nothings}
                spec: {resource: {group: example.com, resource: nothings}}
                """);
        cluster.pass(180);
        assertThat(conditions(cluster, "maps")).contains("Succeeded=True", "Running=False");
        assertThat(conditions(cluster, "nothings")).contains("Failed=True");
        assertThat(cluster.get("v1/configmaps/one")).isEqualTo(before);
    }

    private static List<String> conditions(SimulatedCluster cluster, String migration) {
        return cluster
                .plane
                .api()
                .get(StorageVersionMigration.KIND, ObjectKey.cluster(migration))
                .status()
                .conditions()
                .stream()
                .map(condition -> condition.type() + "=" + condition.status())
                .toList();
    }

    @Test
    void whatAServerSaidOfItsVersionsGoesWithItsLease() {
        SimulatedCluster cluster = serving("internal.apiserver.k8s.io/v1alpha1");
        for (String name : List.of("old", "new")) {
            create(cluster, Lease.KIND, """
                    metadata:
                      name: %s
                      namespace: kube-system
                      labels: {apiserver.kubernetes.io/identity: kube-apiserver}
                    spec: {holderIdentity: %s, leaseDurationSeconds: 3600, renewTime: '2035-01-01T00:00:00.000000Z'}
                    """.formatted(name, name));
        }
        StorageVersion made = create(cluster, StorageVersion.KIND, "{metadata: {name: apps.deployments}, spec: {}}");
        cluster.plane
                .api()
                .updateStatus(
                        StorageVersion.KIND,
                        new StorageVersion(made.value().with("status", SimulatedCluster.yaml("""
                        commonEncodingVersion: apps/v1
                        storageVersions:
                        - {apiServerID: old, encodingVersion: apps/v1, decodableVersions: [apps/v1]}
                        - {apiServerID: new, encodingVersion: apps/v1, decodableVersions: [apps/v1]}
                        """))));
        cluster.pass(10);
        cluster.plane.api().delete(Lease.KIND, new ObjectKey("kube-system", "old"));
        cluster.pass(10);
        assertThat(cluster.plane
                        .api()
                        .get(StorageVersion.KIND, made.key())
                        .status()
                        .storageVersions())
                .extracting(version -> version.apiServerID())
                .containsExactly("new");
        cluster.plane.api().delete(Lease.KIND, new ObjectKey("kube-system", "new"));
        cluster.pass(10);
        assertThat(cluster.plane.api().find(StorageVersion.KIND, made.key())).isEmpty();
    }

    @Test
    void thePublicFaceOfAClusterIsSignedByItsTokensAndTheyGoInTime() {
        SimulatedCluster cluster = serving("", "bootstrap-signer-controller", "token-cleaner-controller");
        var face = new ObjectKey("kube-public", "cluster-info");
        create(
                cluster,
                ConfigMap.KIND,
                "{metadata: {name: cluster-info, namespace: kube-public}, data: {kubeconfig: payload}}");
        create(cluster, Secret.KIND, """
                type: bootstrap.kubernetes.io/token
                metadata: {name: bootstrap-token-abcdef, namespace: kube-system}
                stringData:
                  token-id: abcdef
                  token-secret: 0123456789abcdef
                  usage-bootstrap-signing: 'true'
                  expiration: '%s'
                """.formatted(
                        cluster.runtime.now().plusSeconds(3600).truncatedTo(ChronoUnit.SECONDS)));
        cluster.pass(10);
        assertThat(cluster.plane.api().get(ConfigMap.KIND, face).data())
                .containsEntry(
                        "jws-kubeconfig-abcdef",
                        "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..pQpAf41KnbpDpf53Otu_ufAeAbWD9CSytTS_WpoG4Mc");
        cluster.pass(3600);
        assertThat(cluster.plane.api().find(Secret.KIND, new ObjectKey("kube-system", "bootstrap-token-abcdef")))
                .isEmpty();
        assertThat(cluster.plane.api().get(ConfigMap.KIND, face).data()).containsOnlyKeys("kubeconfig");
    }
}
