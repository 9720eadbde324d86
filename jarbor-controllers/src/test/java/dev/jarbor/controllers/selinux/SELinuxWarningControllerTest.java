package dev.jarbor.controllers.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.storage.v1.CSIDriver;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.World;
import dev.jarbor.runtime.metrics.MetricRegistry;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pods are told that they could not share a volume (KEP-1710). */
class SELinuxWarningControllerTest {
    private final World world = new World(1);
    private final MetricRegistry metrics = new MetricRegistry();

    SELinuxWarningControllerTest() {
        world.api.put(
                CSIDriver.KIND,
                new CSIDriver(CSIDriver.named("disk.example.com").value().with("spec", yaml("{seLinuxMount: true}"))));
        world.api.put(
                PersistentVolume.KIND,
                new PersistentVolume(PersistentVolume.named("v").value().with("spec", yaml("""
                {csi: {driver: disk.example.com, volumeHandle: h}, claimRef: {namespace: shop, name: data}}
                """))));
        world.api.put(
                PersistentVolumeClaim.KIND,
                new PersistentVolumeClaim(
                        PersistentVolumeClaim.named("shop", "data").value().with("spec", yaml("{volumeName: v}"))));
        world.start(new SELinuxWarningController(world.informers, world.runtime, world.events, metrics));
    }

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private void pod(String name, String security) {
        world.api.put(Pod.KIND, new Pod(Pod.named("shop", name).value().with("spec", yaml("""
                {securityContext: %s, containers: [{name: main, volumeMounts: [{name: d, mountPath: /d}]}],
                 volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}
                """.formatted(security)))));
        world.runtime.advance(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "'u:r:t:s0:c1,c2', 'u:r:t:s0:c1,c2', false",
        "'u:r:t:s0:c1,c2', ':::s0:c1,c2', false",
        "'u:r:t:s0:c1,c2', ':::s0:c8,c9', true",
        "'u:r:t:s0', '', false",
    })
    void labelsClashInThePartsThatBothName(String one, String other, boolean clash) {
        assertThat(VolumeLabels.clash(one, other)).isEqualTo(clash);
        assertThat(VolumeLabels.clash(other, one)).isEqualTo(clash);
    }

    @Test
    void bothPodsAreToldOfLabelsThatDiffer() {
        pod("one", "{seLinuxOptions: {level: 's0:c1,c2'}}");
        assertThat(world.told()).isEmpty();
        pod("two", "{seLinuxOptions: {level: 's0:c8,c9'}}");
        assertThat(world.told())
                .containsExactlyInAnyOrder(
                        "SELinuxLabelConflict: SELinux label \":::s0:c8,c9\" conflicts with pod one that uses the same"
                                + " volume as this pod with SELinux label \":::s0:c1,c2\". If both pods land on the same"
                                + " node, only one of them may access the volume.",
                        "SELinuxLabelConflict: SELinux label \":::s0:c1,c2\" conflicts with pod two that uses the same"
                                + " volume as this pod with SELinux label \":::s0:c8,c9\". If both pods land on the same"
                                + " node, only one of them may access the volume.");
    }

    @Test
    void aPodThatHasItsFilesLabelledOneByOneConflictsInThat() {
        pod("one", "{seLinuxOptions: {level: 's0:c1,c2'}}");
        pod("two", "{seLinuxOptions: {level: 's0:c1,c2'}, seLinuxChangePolicy: Recursive}");
        assertThat(world.told())
                .hasSize(2)
                .allMatch(told -> told.startsWith("SELinuxChangePolicyConflict: SELinuxChangePolicy "));
    }

    @Test
    void conflictsThatLastAreSeriesFromEitherSide() {
        pod("one", "{seLinuxOptions: {level: 's0:c1,c2'}}");
        pod("two", "{seLinuxOptions: {level: 's0:c8,c9'}}");
        assertThat(metrics.text().lines().filter(line -> line.startsWith("selinux_")))
                .containsExactly(
                        conflict("one", ":::s0:c1,c2", "two", ":::s0:c8,c9"),
                        conflict("two", ":::s0:c8,c9", "one", ":::s0:c1,c2"));
        world.api.put(Pod.KIND, world.the(Pod.KIND, "shop", "two").withStatus(PodStatus.EMPTY.withPhase("Succeeded")));
        world.runtime.advance(Duration.ofSeconds(1));
        assertThat(metrics.text().lines().filter(line -> line.startsWith("selinux_")))
                .isEmpty();
    }

    @Test
    void conflictsOfManyPodsAreThoseOfEveryTwo() {
        var chance = new SplittableRandom(7);
        for (int round = 0; round < 200; round++) {
            var uses = new TreeMap<ObjectKey, VolumeLabels.Use>();
            for (int pod = chance.nextInt(9); pod > 0; pod--) {
                String label = List.of("", "u:r:t:s0", "::t:", ":::s0", ":::s1", "v:::s1")
                        .get(chance.nextInt(6));
                String policy = chance.nextBoolean() ? "MountOption" : "Recursive";
                uses.put(new ObjectKey("shop", "pod-" + pod), new VolumeLabels.Use(label, policy));
            }
            var told = new TreeSet<String>();
            VolumeLabels.conflicts(
                    uses,
                    (pod, conflict, other) -> assertThat(told.add(pod + " " + conflict + " " + other))
                            .isTrue());
            var expected = new TreeSet<String>();
            uses.forEach((pod, own) -> uses.forEach((other, use) -> VolumeLabels.conflicts(own, use)
                    .forEach(conflict -> expected.add(pod + " " + conflict + " " + other))));
            assertThat(told).isEqualTo(expected);
        }
    }

    private static String conflict(String one, String label, String other, String otherLabel) {
        return "selinux_warning_controller_selinux_volume_conflict{property=\"SELinux label\",pod1_namespace=\"shop\","
                + "pod1_name=\"" + one + "\",pod1_value=\"" + label + "\",pod2_namespace=\"shop\",pod2_name=\"" + other
                + "\",pod2_value=\"" + otherLabel + "\"} 1";
    }

    @Test
    void podsThatAgreeAreToldNothing() {
        pod("one", "{seLinuxOptions: {level: 's0:c1,c2'}}");
        pod("two", "{seLinuxOptions: {level: 's0:c1,c2'}}");
        assertThat(world.told()).isEmpty();
    }

    @Test
    void onePodMayNotHaveTwoLabelsForAVolume() {
        world.api.put(Pod.KIND, new Pod(Pod.named("shop", "odd").value().with("spec", yaml("""
                {containers: [
                   {name: a, securityContext: {seLinuxOptions: {level: 's0:c1,c2'}}, volumeMounts: [{name: d, mountPath: /d}]},
                   {name: b, securityContext: {seLinuxOptions: {level: 's0:c8,c9'}}, volumeMounts: [{name: d, mountPath: /d}]}],
                 volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}
                """))));
        world.runtime.advance(Duration.ofSeconds(1));
        assertThat(world.told())
                .containsExactly("MultipleSELinuxLabels: Volume \"d\" is mounted twice with different SELinux labels"
                        + " inside this pod");
    }

    @Test
    void itRunsOnlyWhereItIsAskedFor() {
        assertThat(new SELinuxWarningController(world.informers, world.runtime, world.events, metrics).onByDefault())
                .isFalse();
    }
}
