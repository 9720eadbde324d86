package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Query;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.server.features.Feature;
import dev.jarbor.server.features.FeatureGates;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a feature does that is switched on, and that one does nothing that is off. */
class FeaturesTest {
    private static TestServer without(Feature feature) {
        return new TestServer(ServerSettings.DEFAULT.withFeatures(FeatureGates.DEFAULT.without(feature)));
    }

    @Test
    void aWatchThatWouldBeginWithAllObjectsIsRefused() {
        Query initial = Query.NONE.with("sendInitialEvents", "true").with("resourceVersionMatch", "NotOlderThan");

        assertThat(refusal(() -> without(Feature.WATCH_LIST).watch("v1/namespaces", initial, new Ignored())))
                .isEqualTo("ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is"
                        + " forbidden for watch unless the WatchList feature gate is enabled");
        assertThat(refusal(() -> new TestServer().watch("v1/namespaces", initial, new Ignored())))
                .isEmpty();
    }

    @Test
    void aBoundPodDoesNotKnowItsZone() {
        TestServer cluster = without(Feature.POD_TOPOLOGY_LABELS_ADMISSION);
        cluster.create(
                "v1/nodes", "{\"metadata\": {\"name\": \"n1\", \"labels\": {\"topology.kubernetes.io/zone\": \"z\"}}}");
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\": {\"name\": \"default\"}}");

        assertThat(cluster.create("v1/namespaces/default/pods", """
                        {"metadata": {"name": "web"},
                         "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "nginx"}]}}
                        """)
                        .object("metadata")
                        .has("labels"))
                .isFalse();
    }

    @Test
    void anAutoscalerMayLeaveNoPodsOnlyWhereThatIsSwitchedOn() {
        assertThat(refusal(() -> autoscaler(new TestServer())))
                .contains("spec.minReplicas: Invalid value: 0: must be greater than or equal to 1");

        FeatureGates gates = FeatureGates.parse(List.of("HPAScaleToZero=true"));
        assertThat(autoscaler(new TestServer(ServerSettings.DEFAULT.withFeatures(gates)))
                        .object("spec")
                        .integer("minReplicas"))
                .isZero();
    }

    private static ObjectValue autoscaler(TestServer cluster) {
        return cluster.create("autoscaling/v2/namespaces/default/horizontalpodautoscalers", """
                {"metadata": {"name": "workers"}, "spec": {"minReplicas": 0, "maxReplicas": 5,
                  "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "workers"},
                  "metrics": [{"type": "External", "external": {"metric": {"name": "queue"},
                    "target": {"type": "AverageValue", "averageValue": "10"}}}]}}
                """);
    }

    @Test
    void mutatingPoliciesAreNotHeard() {
        assertThat(labelled(new TestServer())).isTrue();
        assertThat(labelled(without(Feature.MUTATING_ADMISSION_POLICY))).isFalse();
    }

    private static boolean labelled(TestServer cluster) {
        String group = "admissionregistration.k8s.io/v1/";
        cluster.create(group + "mutatingadmissionpolicies", """
                {"metadata": {"name": "label"}, "spec": {"reinvocationPolicy": "Never", "failurePolicy": "Fail",
                  "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
                    "operations": ["CREATE"], "resources": ["configmaps"]}]},
                  "mutations": [{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                    "Object{metadata: Object.metadata{labels: {'seen': 'yes'}}}"}}]}}
                """);
        cluster.create(group + "mutatingadmissionpolicybindings", """
                {"metadata": {"name": "label"}, "spec": {"policyName": "label"}}
                """);
        return cluster.create("v1/namespaces/default/configmaps", "{\"metadata\": {\"name\": \"a\"}}")
                .object("metadata")
                .has("labels");
    }

    private static final class Ignored implements dev.jarbor.client.WatchListener {
        @Override
        public void event(WatchEvent event) {
            // the beginning is what is asked about
        }

        @Override
        public void closed() {
            // as above
        }
    }
}
