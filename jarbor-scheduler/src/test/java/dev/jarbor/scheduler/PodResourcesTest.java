package dev.jarbor.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;

/** Kubernetes docs, "Metrics For Kubernetes System Components", kube-scheduler metrics. */
class PodResourcesTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final MetricRegistry registry = new MetricRegistry();

    PodResourcesTest() {
        var informers = new SharedInformers(api, runtime);
        PodResources.tell(informers, registry);
        informers.start();
        runtime.runUntilIdle();
    }

    private void pod(String spec) {
        api.put(Pod.KIND, Pod.named("shop", "web").withSpec(new PodSpec(Json.object(spec))));
        runtime.runUntilIdle();
    }

    private static String series(String name, String labels, String number) {
        return name + "{namespace=\"shop\",pod=\"web\"," + labels + "} " + number + "\n";
    }

    @Test
    void eachResourceThatAPodAsksForIsASeriesWithItsUnit() {
        pod("""
                {"nodeName":"one","schedulerName":"default-scheduler","priority":7,
                 "initContainers":[{"name":"first","resources":{"requests":{"cpu":"2"}}}],
                 "containers":[
                  {"name":"a","resources":{"requests":{"cpu":"250m","memory":"1Ki","example.com/gpu":"1"}}},
                  {"name":"b","resources":{"requests":{"cpu":"250m","hugepages-2Mi":"2Mi","ephemeral-storage":"0"}}}]}
                """);
        String pod = "node=\"one\",scheduler=\"default-scheduler\",priority=\"7\",";
        String name = "kube_pod_resource_request";
        assertThat(registry.text())
                .contains(series(name, pod + "resource=\"cpu\",unit=\"cores\"", "2"))
                .contains(series(name, pod + "resource=\"memory\",unit=\"bytes\"", "1024"))
                .contains(series(name, pod + "resource=\"hugepages-2Mi\",unit=\"bytes\"", "2097152"))
                .contains(series(name, pod + "resource=\"example.com/gpu\",unit=\"\"", "1"))
                .doesNotContain("ephemeral-storage")
                .doesNotContain("kube_pod_resource_limit{");
    }

    @Test
    void overheadRaisesOnlyLimitsThatThereAre() {
        pod("""
                {"schedulerName":"other","overhead":{"cpu":"100m","memory":"1Ki"},
                 "containers":[{"name":"a","resources":{"limits":{"cpu":"1"}}}]}
                """);
        String pod = "node=\"\",scheduler=\"other\",priority=\"\",";
        assertThat(registry.text())
                .contains(series("kube_pod_resource_limit", pod + "resource=\"cpu\",unit=\"cores\"", "1.1"))
                .contains(series("kube_pod_resource_request", pod + "resource=\"memory\",unit=\"bytes\"", "1024"))
                .doesNotContain(
                        "kube_pod_resource_limit{namespace=\"shop\",pod=\"web\"," + pod + "resource=\"memory\"");
    }

    @Test
    void aPodThatIsOverOrGoneIsNotTold() {
        pod("""
                {"nodeName":"one","containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}}]}
                """);
        ObjectKey key = new ObjectKey("shop", "web");
        assertThat(registry.text()).contains("pod=\"web\"");
        Pod there = api.get(Pod.KIND, key);
        api.put(Pod.KIND, there.withStatus(there.status().withPhase("Succeeded")));
        runtime.runUntilIdle();
        assertThat(registry.text()).doesNotContain("pod=\"web\"");
    }
}
