package dev.jarbor.api.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.value.ObjectValue;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How volumes of old kinds look to the drivers that have taken them over. */
class CsiMigrationTest {
    private static PersistentVolume volume(String yaml) {
        return PersistentVolume.KIND.read((ObjectValue) Yaml.parse(yaml));
    }

    private static PersistentVolume ofKind(String source) {
        return volume("{metadata: {name: v}, spec: {" + source + "}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            awsElasticBlockStore: {volumeID: vol-1}                          | ebs.csi.aws.com          | vol-1
            awsElasticBlockStore: {volumeID: 'aws:///vol-1'}                 | ebs.csi.aws.com          | vol-1
            awsElasticBlockStore: {volumeID: 'aws://us-east-1a/vol-1'}       | ebs.csi.aws.com          | vol-1
            azureDisk: {diskName: d, diskURI: /subscriptions/s/disks/d}      | disk.csi.azure.com       | /subscriptions/s/disks/d
            azureFile: {shareName: s, secretName: azure-storage-account-a-secret, secretNamespace: shop} | file.csi.azure.com | #a#s#v#shop
            azureFile: {shareName: s, secretName: other, secretNamespace: shop} | file.csi.azure.com       | #other#s#v#shop
            cinder: {volumeID: c-1}                                          | cinder.csi.openstack.org | c-1
            gcePersistentDisk: {pdName: d}                                   | pd.csi.storage.gke.io    | projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d
            portworxVolume: {volumeID: p-1}                                  | pxd.portworx.com         | p-1
            vsphereVolume: {volumePath: '[store] d.vmdk'}                    | csi.vsphere.vmware.com   | [store] d.vmdk
            csi: {driver: disk.example.com, volumeHandle: h}                 | disk.example.com         | h
            """)
    void aDriverFindsTheVolumeByItsHandle(String source, String driver, String handle) {
        PersistentVolume translated = CsiMigration.translated(ofKind(source));
        assertThat(translated.spec().csi().driver()).isEqualTo(driver);
        assertThat(translated.spec().csi().volumeHandle()).isEqualTo(handle);
        assertThat(translated.spec().value().names()).containsExactly("csi");
        assertThat(CsiMigration.driverOf(ofKind(source))).hasValue(driver);
    }

    /** In the namespace {@code shop}. */
    private static PersistentVolume ofPod(String source) {
        Volume volume = new Volume((ObjectValue) Yaml.parse("{name: data, " + source + "}"));
        return CsiMigration.translated(volume, "shop").orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            awsElasticBlockStore: {volumeID: 'aws:///vol-1', fsType: xfs, readOnly: true} | ebs.csi.aws.com-vol-1 \
                | ReadWriteOnce | {driver: ebs.csi.aws.com, volumeHandle: vol-1, fsType: xfs, readOnly: true, \
                volumeAttributes: {partition: '0'}}
            azureDisk: {diskName: d, diskURI: /disks/d, cachingMode: None, fsType: ext4} | disk.csi.azure.com-d \
                | ReadWriteOnce | {driver: disk.csi.azure.com, volumeHandle: /disks/d, fsType: ext4, \
                volumeAttributes: {cachingMode: None, csi-migration: 'true', fsType: ext4, kind: Managed}}
            azureFile: {shareName: s, secretName: azure-storage-account-a-secret} | '#a#s#data#shop' \
                | ReadWriteMany | {driver: file.csi.azure.com, volumeHandle: '#a#s#data#shop', \
                nodeStageSecretRef: {name: azure-storage-account-a-secret, namespace: shop}, \
                volumeAttributes: {sharename: s}}
            cinder: {volumeID: c-1} | cinder.csi.openstack.org-c-1 \
                | ReadWriteOnce | {driver: cinder.csi.openstack.org, volumeHandle: c-1}
            gcePersistentDisk: {pdName: d, partition: 2} | pd.csi.storage.gke.io-d \
                | ReadWriteOnce | {driver: pd.csi.storage.gke.io, volumeAttributes: {partition: '2'}, \
                volumeHandle: projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d}
            gcePersistentDisk: {pdName: d, readOnly: true} | pd.csi.storage.gke.io-d \
                | ReadOnlyMany | {driver: pd.csi.storage.gke.io, readOnly: true, volumeAttributes: {partition: ''}, \
                volumeHandle: projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d}
            portworxVolume: {volumeID: p-1, readOnly: true} | pxd.portworx.com-p-1 \
                | ReadOnlyMany | {driver: pxd.portworx.com, volumeHandle: p-1}
            vsphereVolume: {volumePath: '[store] d.vmdk', storagePolicyName: gold} | csi.vsphere.vmware.com-[store] d.vmdk \
                | ReadWriteOnce | {driver: csi.vsphere.vmware.com, volumeHandle: '[store] d.vmdk', \
                volumeAttributes: {storagepolicyname: gold}}
            """)
    void aVolumeThatAPodNamesItselfSaysAllThatItsDriverReads(String source, String name, String mode, String csi) {
        PersistentVolume translated = ofPod(source);
        assertThat(translated.name()).isEqualTo(name);
        assertThat(translated.spec().csi().value()).isEqualTo(Yaml.parse(csi));
        assertThat(translated.spec().accessModes()).containsExactly(mode);
        assertThat(translated.spec().hasClaimRef()).isFalse();
    }

    @Test
    void ofAPodsVolumesThoseAreItsOwnWhoseKindADriverHasTakenOver() {
        Pod pod = Pod.KIND.read((ObjectValue) Yaml.parse("""
                metadata: {name: p, namespace: shop}
                spec:
                  volumes:
                  - {name: a, cinder: {volumeID: c}}
                  - {name: b, emptyDir: {}}
                  - {name: c, persistentVolumeClaim: {claimName: c}}
                  - {name: d, awsElasticBlockStore: {volumeID: 'aws://nonsense'}}
                  - {name: e, awsElasticBlockStore: {volumeID: vol-1}}
                """));
        assertThat(CsiMigration.ownVolumes(pod))
                .extracting(PersistentVolume::name)
                .containsExactly("cinder.csi.openstack.org-c", "ebs.csi.aws.com-vol-1");
        assertThat(CsiMigration.ownVolumes(pod, Set.of("kubernetes.io/cinder"))).hasSize(1);
    }

    @Test
    void aShareWhoseSecretIsInNoNamespaceIsNoDriversAndElseInThatOfItsClaim() {
        String share = "azureFile: {shareName: s, secretName: a}";
        assertThat(CsiMigration.driverOf(ofKind(share))).isEmpty();
        assertThat(CsiMigration.translated(ofKind(share + ", claimRef: {namespace: shop, name: c}"))
                        .spec()
                        .csi()
                        .volumeHandle())
                .isEqualTo("#a#s#v#shop");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            europe-west1-b                  | zones/europe-west1-b
            europe-west1-b__europe-west1-c  | regions/europe-west1
            """)
    void aDiskOfGceIsInItsZoneOrInTheRegionOfItsZones(String label, String place) {
        PersistentVolume volume = volume("""
                metadata: {name: v, labels: {topology.kubernetes.io/zone: %s}}
                spec: {gcePersistentDisk: {pdName: d, fsType: ext4, readOnly: true}, accessModes: [ReadWriteMany]}
                """.formatted(label));
        assertThat(CsiMigration.translated(volume).value())
                .isEqualTo(volume("""
                        metadata: {name: v, labels: {topology.kubernetes.io/zone: %s}}
                        spec:
                          csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/UNSPECIFIED/%s/disks/d,
                            fsType: ext4, readOnly: true}
                          accessModes: [ReadWriteOnce]
                          nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
                            {key: topology.gke.io/zone, operator: In, values: [%s]}]}]}}
                        """.formatted(label, place, label.replace("__", ", ")))
                        .value());
    }

    @ParameterizedTest
    @CsvSource({
        "topology.kubernetes.io/zone, topology.kubernetes.io/region",
        "failure-domain.beta.kubernetes.io/zone, failure-domain.beta.kubernetes.io/region"
    })
    void theZonesOfTheAffinityCountBeforeThoseOfLabels(String zone, String region) {
        PersistentVolume volume = volume("""
                metadata: {name: v, labels: {%1$s: other}}
                spec:
                  awsElasticBlockStore: {volumeID: vol-1}
                  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [
                    {key: %1$s, operator: In, values: [a]}, {key: %2$s, operator: In, values: [r]}]}]}}
                """.formatted(zone, region));
        assertThat(Json.text(
                        CsiMigration.translated(volume).spec().nodeAffinity().value()))
                .isEqualTo("{\"required\":{\"nodeSelectorTerms\":[{\"matchExpressions\":[{\"key\":"
                        + "\"topology.ebs.csi.aws.com/zone\",\"operator\":\"In\",\"values\":[\"a\"]},{\"key\":"
                        + "\"topology.kubernetes.io/region\",\"operator\":\"In\",\"values\":[\"r\"]}]}]}}");
    }

    @Test
    void whatMakesNoSenseToADriverOrIsOfNoOldKindStaysAsItIs() {
        PersistentVolume folder = ofKind("hostPath: {path: /data}");
        assertThat(CsiMigration.translated(folder)).isSameAs(folder);
        assertThat(CsiMigration.driverOf(folder)).isEmpty();
        PersistentVolume odd = ofKind("awsElasticBlockStore: {volumeID: 'aws://us-east-1a/disk'}");
        assertThat(CsiMigration.translated(odd)).isSameAs(odd);
        PersistentVolume scattered = volume("""
                metadata: {name: v, labels: {topology.kubernetes.io/zone: europe-west1-b__us-east1-b}}
                spec: {gcePersistentDisk: {pdName: d}}
                """);
        assertThat(CsiMigration.translated(scattered)).isSameAs(scattered);
    }

    @Test
    void whereAKindIsNotTakenOverItStaysAsItIs() {
        PersistentVolume disk = ofKind("cinder: {volumeID: c-1}");
        assertThat(CsiMigration.translated(disk, Set.of("kubernetes.io/aws-ebs")))
                .isSameAs(disk);
        assertThat(CsiMigration.translated(disk, CsiMigration.plugins()).spec().hasCsi())
                .isTrue();
    }
}
