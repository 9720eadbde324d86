package dev.jarbor.scheduler.autoscaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.api.resource.v1.ResourceSlice;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes come and go for the devices that pods claim, too. */
class DevicesOfGroupsTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeNodeGroup group = new FakeNodeGroup(new FakeApi(runtime), runtime, "a", 0, 9, "4");
    private final List<Node> nodes = new ArrayList<>();
    private final List<Pod> pods = new ArrayList<>();
    private final List<ResourceClaim> claims = new ArrayList<>();
    private final List<ResourceSlice> slices = new ArrayList<>();

    private static ResourceSlice slice(String node, int devices) {
        String all = IntStream.range(0, devices)
                .mapToObj("{\"name\":\"gpu-%d\"}"::formatted)
                .collect(Collectors.joining(","));
        return new ResourceSlice(Json.object("""
                {"metadata":{"name":"%1$s-gpus"},"spec":{"driver":"gpu.example.com","nodeName":"%1$s","devices":[%2$s],
                 "pool":{"name":"%1$s","generation":1,"resourceSliceCount":1}}}
                """.formatted(node, all)));
    }

    private void node(String name, int devices) {
        group.increase(1);
        nodes.add(FakeNodeGroup.node(name, "4", Map.of()));
        slices.add(slice(name, devices));
    }

    /** A pod that claims one device; "" where it waits for a node. */
    private void pod(String name, String node, String device) {
        String status = node.isEmpty()
                ? "\"conditions\":[{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\"}]"
                : "\"phase\":\"Running\"";
        pods.add(new Pod(Json.object("""
                {"metadata":{"namespace":"shop","name":"%1$s","uid":"uid-%1$s","ownerReferences":[
                  {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","controller":true}]},
                 "spec":{"nodeName":"%2$s","containers":[{"name":"main"}],
                  "resourceClaims":[{"name":"gpu","resourceClaimName":"%1$s"}]},"status":{%3$s}}
                """.formatted(name, node, status))));
        String allocation = node.isEmpty() ? "" : """
                "reservedFor":[{"resource":"pods","name":"%1$s","uid":"uid-%1$s"}],
                "allocation":{"devices":{"results":[
                  {"request":"one","driver":"gpu.example.com","pool":"%2$s","device":"%3$s"}]},
                 "nodeSelector":{"nodeSelectorTerms":[{"matchFields":[
                  {"key":"metadata.name","operator":"In","values":["%2$s"]}]}]}}
                """.formatted(name, node, device);
        claims.add(new ResourceClaim(Json.object("""
                {"metadata":{"namespace":"shop","name":"%s"},"spec":{"devices":{"requests":[
                  {"name":"one","exactly":{"deviceClassName":"gpu"}}]}},"status":{%s}}
                """.formatted(name, allocation))));
    }

    private ClusterView view() {
        DeviceClass gpu = DeviceClass.named("gpu");
        return Views.with(new ClusterView.Devices(claims, List.of(gpu), slices), Views.of(nodes, pods, List.of(group)));
    }

    private String grown() {
        ClusterView view = view();
        return ScaleUp.of(view, view.packed(runtime.random()), Expander.RANDOM, false, runtime.random())
                .chosen()
                .map(option -> "+" + option.count() + " for " + option.pods().size())
                .orElse("nothing");
    }

    private Unneeded unneeded() {
        ClusterView view = view();
        return Unneeded.of(view, view.packed(runtime.random()).simulation(), 0.5, Set.of());
    }

    @Test
    void asManyNodesComeAsHaveTheDevicesThatAreClaimed() {
        group.publishing(slice("template", 2));
        IntStream.range(0, 5).forEach(number -> pod("p" + number, "", ""));
        assertThat(grown()).isEqualTo("+3 for 5");
    }

    @Test
    void aGroupWithoutTheDevicesDoesNotHelp() {
        pod("p", "", "");
        assertThat(grown()).isEqualTo("nothing");
    }

    @Test
    void aNodeOfTheGroupShowsWhatOthersWillHave() {
        node("a-0", 1);
        pod("busy", "a-0", "gpu-0");
        pod("p", "", "");
        assertThat(grown()).isEqualTo("+1 for 1");
    }

    @Test
    void podsWaitForTheDevicesOfNodesThatCome() {
        group.publishing(slice("template", 2));
        group.increase(1);
        IntStream.range(0, 2).forEach(number -> pod("p" + number, "", ""));
        assertThat(grown()).isEqualTo("nothing");
        pod("p2", "", "");
        assertThat(grown()).isEqualTo("+1 for 1");
    }

    @Test
    void aNodeGoesWhosePodsFindSuchDevicesElsewhere() {
        node("a-0", 3);
        node("a-1", 3);
        pod("moving", "a-0", "gpu-0");
        pod("staying", "a-1", "gpu-0");
        pod("too", "a-1", "gpu-1");
        Unneeded unneeded = unneeded();
        assertThat(unneeded.candidates()).singleElement().satisfies(candidate -> {
            assertThat(candidate.name()).isEqualTo("a-0");
            assertThat(candidate.utilization())
                    .hasToString("{0 0 0 0.3333333333333333 gpu.example.com/a-0 0.3333333333333333}");
        });
        assertThat(unneeded.kept()).as("two of three devices are taken").containsEntry("a-1", "NotUnderutilized");
    }

    @Test
    void aNodeStaysWhosePodsFindNone() {
        node("a-0", 3);
        node("a-1", 1);
        pod("first", "a-0", "gpu-0");
        pod("second", "a-1", "gpu-0");
        assertThat(unneeded().kept()).containsEntry("a-0", "NoPlaceToMovePods");
    }
}
