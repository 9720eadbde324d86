package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.code;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.Cause;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Evictions ask the pod's disruption budget. */
class EvictionTest {
    private static final String BUDGETS = "policy/v1/namespaces/shop/poddisruptionbudgets";

    private final AdmissionWorld world = new AdmissionWorld();

    private void pod(String name, String ready) {
        ObjectValue pod = world.create(PODS, AdmissionWorld.podText(name, ", labels: {app: web}", ""));
        world.update(
                PODS + "/" + name + "/status",
                pod.with("status", yaml("{phase: Running, conditions: [{type: Ready, status: '" + ready + "'}]}")));
    }

    private void budget(String name, String spec, String status) {
        ObjectValue budget = world.create(
                BUDGETS, "metadata: {name: " + name + "}\nspec: {selector: {matchLabels: {app: web}}" + spec + "}");
        world.update(BUDGETS + "/" + name + "/status", budget.with("status", yaml(status)));
    }

    private ObjectValue evict(String name) {
        return world.create(PODS + "/" + name + "/eviction", "metadata: {name: " + name + "}");
    }

    private long allowed(String budget) {
        return world.get(BUDGETS + "/" + budget).object("status").integer("disruptionsAllowed");
    }

    private boolean isThere(String pod) {
        return code(() -> world.get(PODS + "/" + pod)) == 200;
    }

    /** Clients that are older than version 1 of the group, such as Fabric8's, are still understood. */
    @Test
    void anEvictionMayBeOfTheOlderVersion() {
        pod("a", "True");

        world.cluster.create(
                PODS + "/a/eviction",
                "{\"apiVersion\":\"policy/v1beta1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"a\"}}");
        assertThat(isThere("a")).isFalse();
        assertThat(code(() -> world.cluster.create(
                        PODS + "/a/eviction", "{\"apiVersion\":\"policy/v1alpha1\",\"kind\":\"Eviction\"}")))
                .isEqualTo(400);
    }

    @Test
    void aBudgetThatAllowsOneIsChargedAndThenRefuses() {
        pod("a", "True");
        pod("b", "True");
        budget(
                "web",
                ", minAvailable: 1",
                "{observedGeneration: 1, disruptionsAllowed: 1, desiredHealthy: 1, currentHealthy: 2, expectedPods: 2}");

        assertThat(evict("a").string("status")).isEqualTo("Success");
        assertThat(isThere("a")).isFalse();
        ObjectValue status = world.get(BUDGETS + "/web").object("status");
        assertThat(status.object("disruptedPods").names()).containsExactly("a");
        assertThat(status.list("conditions").objects().getFirst().string("reason"))
                .isEqualTo("InsufficientPods");

        var refused = catchThrowableOfType(ApiException.class, () -> evict("b"));
        assertThat(refused.status().code()).isEqualTo(429);
        assertThat(refused.status().message())
                .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
        assertThat(refused.status().details().causes())
                .containsExactly(new Cause(
                        "DisruptionBudget", "The disruption budget web needs 1 healthy pods and has 2 currently", ""));
        assertThat(isThere("b")).isTrue();
    }

    private void held(String name) {
        ObjectValue pod = world.get(PODS + "/" + name);
        world.update(
                PODS + "/" + name,
                pod.update(
                        "metadata",
                        metadata -> metadata.with(
                                "finalizers", yaml("{f: [example.com/hold]}").list("f"))));
    }

    private ObjectValue target(String name) {
        return world.get(PODS + "/" + name).object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("DisruptionTarget"))
                .findFirst()
                .orElse(ObjectValue.EMPTY);
    }

    @Test
    void ofAPodThatIsEvictedIsSaidWhyItGoes() {
        pod("a", "True");
        held("a");
        evict("a");
        assertThat(target("a").string("status")).isEqualTo("True");
        assertThat(target("a").string("reason")).isEqualTo("EvictionByEvictionAPI");
        assertThat(target("a").string("message")).isEqualTo("Eviction API: evicting");
        assertThat(target("a").has("lastTransitionTime")).isTrue();
        assertThat(target("a").integer("observedGeneration")).isEqualTo(1);
        assertThat(world.get(PODS + "/a").object("metadata").has("deletionTimestamp"))
                .isTrue();
    }

    @Test
    void nothingIsSaidOfAPodThatIsNotMeantOrOnlyTried() {
        pod("a", "True");
        String body = "metadata: {name: a}\ndeleteOptions: {";
        assertThat(code(() -> world.create(PODS + "/a/eviction", body + "preconditions: {uid: other}}")))
                .isEqualTo(409);
        world.create(PODS + "/a/eviction", body + "dryRun: [All]}");
        assertThat(target("a")).isEqualTo(ObjectValue.EMPTY);
    }

    @Test
    void aClientMayBindAnEvictionToTheVersionThatItHasSeen() {
        pod("a", "True");
        String version = world.get(PODS + "/a").object("metadata").string("resourceVersion");
        String body = "metadata: {name: a}\ndeleteOptions: {preconditions: {resourceVersion: '";
        assertThat(code(() -> world.create(PODS + "/a/eviction", body + "1'}}")))
                .isEqualTo(409);
        assertThat(target("a")).isEqualTo(ObjectValue.EMPTY);
        world.create(PODS + "/a/eviction", body + version + "'}}");
        assertThat(isThere("a")).isFalse();
    }

    @Test
    void aBudgetThatIsBehindAsksForPatience() {
        pod("a", "True");
        budget("web", ", minAvailable: 1", "{observedGeneration: 0, disruptionsAllowed: 5}");

        var refused = catchThrowableOfType(ApiException.class, () -> evict("a"));
        assertThat(refused.status().code()).isEqualTo(429);
        assertThat(refused.status().details().retryAfterSeconds()).isEqualTo(10);
        assertThat(refused.status().details().causes().getFirst().message())
                .isEqualTo("The disruption budget web is still being processed by the server.");
    }

    @Test
    void aPodThatIsNotHealthyGoesWhereTheApplicationDoesNotCountOnIt() {
        pod("a", "False");
        pod("b", "False");
        budget(
                "web",
                ", minAvailable: 1",
                "{observedGeneration: 1, disruptionsAllowed: 0, desiredHealthy: 1, currentHealthy: 1}");
        evict("a");
        assertThat(isThere("a")).isFalse();

        ObjectValue budget = world.get(BUDGETS + "/web");
        world.update(BUDGETS + "/web/status", budget.update("status", status -> status.with("currentHealthy", 0)));
        assertThat(code(() -> evict("b"))).isEqualTo(429);
    }

    @Test
    void aBudgetMayAlwaysAllowWhatIsNotHealthy() {
        pod("a", "False");
        budget(
                "web",
                ", minAvailable: 2, unhealthyPodEvictionPolicy: AlwaysAllow",
                "{observedGeneration: 1, disruptionsAllowed: 0, desiredHealthy: 2, currentHealthy: 0}");
        evict("a");
        assertThat(isThere("a")).isFalse();
    }

    @Test
    void twoBudgetsOverOnePodAreMoreThanEvictionsUnderstand() {
        pod("a", "True");
        budget("one", ", minAvailable: 1", "{observedGeneration: 1, disruptionsAllowed: 1}");
        budget("two", ", minAvailable: 1", "{observedGeneration: 1, disruptionsAllowed: 1}");

        assertThat(refusal(() -> evict("a")))
                .isEqualTo("This pod has more than one PodDisruptionBudget, which the eviction subresource does not"
                        + " support.");
        assertThat(code(() -> evict("a"))).isEqualTo(500);
    }

    @Test
    void aDryRunIsDecidedLikeTheRealOneAndChangesNothing() {
        pod("a", "True");
        budget("web", ", minAvailable: 1", "{observedGeneration: 1, disruptionsAllowed: 1}");
        Query dryRun = Query.NONE.with("dryRun", "All");
        ObjectValue eviction = yaml("metadata: {name: a}");

        world.cluster.handle(Verb.CREATE, PODS + "/a/eviction", dryRun, eviction);
        assertThat(allowed("web")).isEqualTo(1);
        assertThat(isThere("a")).isTrue();
        evict("a");
        pod("a", "True");
        assertThat(code(() -> world.cluster.handle(Verb.CREATE, PODS + "/a/eviction", dryRun, eviction)))
                .isEqualTo(429);
    }

    @Test
    void aBudgetIsNeverOverdrawnByEvictionsAtTheSameTime() throws InterruptedException, ExecutionException {
        for (int i = 0; i < 16; i++) {
            pod("pod-" + i, "True");
        }
        budget("web", ", minAvailable: 1", "{observedGeneration: 1, disruptionsAllowed: 5}");
        var evicted = new AtomicInteger();
        try (var clients = Executors.newFixedThreadPool(8)) {
            var tasks = new ArrayList<Future<?>>();
            for (int i = 0; i < 16; i++) {
                String name = "pod-" + i;
                tasks.add(clients.submit(() -> {
                    if (code(() -> evict(name)) == 200) {
                        evicted.incrementAndGet();
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }

        assertThat(evicted.get()).isEqualTo(5);
        assertThat(allowed("web")).isZero();
        assertThat(world.cluster.store.snapshot().in("pods", "shop")).hasSize(11);
    }
}
