package dev.jarbor.server.kinds;

import dev.jarbor.server.kinds.pod.Pods;
import dev.jarbor.server.kinds.workload.ControllerRevisions;
import dev.jarbor.server.kinds.workload.CronJobs;
import dev.jarbor.server.kinds.workload.DaemonSets;
import dev.jarbor.server.kinds.workload.Deployments;
import dev.jarbor.server.kinds.workload.Jobs;
import dev.jarbor.server.kinds.workload.ReplicaSets;
import dev.jarbor.server.kinds.workload.ReplicationControllers;
import dev.jarbor.server.kinds.workload.StatefulSets;
import dev.jarbor.server.kinds.workload.StoredTemplates;
import dev.jarbor.server.registry.Conversion;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.Strategy;
import java.util.Map;

/** Which rules belong to which of Kubernetes' own resources: the one place where a kind is tied to its strategy. */
public final class BuiltInKinds {
    private static final String ADMISSION = ".admissionregistration.k8s.io";
    private static final String RBAC = ".rbac.authorization.k8s.io";

    private BuiltInKinds() {}

    public static Registry.Rules rules() {
        return new Registry.Rules(strategies(), conversions(), Map.of("events.events.k8s.io", "events"));
    }

    private static Map<String, Strategy> strategies() {
        return Map.ofEntries(
                Map.entry("pods", new Pods()),
                Map.entry("podtemplates", new StoredTemplates()),
                Map.entry("replicationcontrollers", new ReplicationControllers()),
                Map.entry("deployments.apps", new Deployments()),
                Map.entry("replicasets.apps", new ReplicaSets()),
                Map.entry("statefulsets.apps", new StatefulSets()),
                Map.entry("daemonsets.apps", new DaemonSets()),
                Map.entry("controllerrevisions.apps", new ControllerRevisions()),
                Map.entry("jobs.batch", new Jobs()),
                Map.entry("cronjobs.batch", new CronJobs()),
                Map.entry("horizontalpodautoscalers.autoscaling", Scaling.autoscalers()),
                Map.entry("poddisruptionbudgets.policy", Scaling.budgets()),
                Map.entry("services", new Services()),
                Map.entry("endpoints", Network.endpoints()),
                Map.entry("endpointslices.discovery.k8s.io", Network.endpointSlices()),
                Map.entry("ingresses.networking.k8s.io", Network.ingresses()),
                Map.entry("networkpolicies.networking.k8s.io", Network.networkPolicies()),
                Map.entry("configmaps", new Configs.ConfigMaps()),
                Map.entry("secrets", new Configs.Secrets()),
                Map.entry("namespaces", new Cluster.Namespaces()),
                Map.entry("nodes", new Cluster.Nodes()),
                Map.entry("persistentvolumes", new Volumes.PersistentVolumes()),
                Map.entry("persistentvolumeclaims", new Volumes.Claims()),
                Map.entry("storageclasses.storage.k8s.io", Volumes.storageClasses()),
                Map.entry("csidrivers.storage.k8s.io", Volumes.drivers()),
                Map.entry("priorityclasses.scheduling.k8s.io", Cluster.priorityClasses()),
                Map.entry("runtimeclasses.node.k8s.io", Cluster.runtimeClasses()),
                Map.entry("leases.coordination.k8s.io", Cluster.leases()),
                Map.entry("certificatesigningrequests.certificates.k8s.io", Cluster.signingRequests()),
                Map.entry("flowschemas.flowcontrol.apiserver.k8s.io", Flows.schemas()),
                Map.entry("prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", PriorityLevels.levels()),
                Map.entry("roles" + RBAC, Cluster.roles()),
                Map.entry("clusterroles" + RBAC, Cluster.roles()),
                Map.entry("rolebindings" + RBAC, Cluster.bindings()),
                Map.entry("clusterrolebindings" + RBAC, Cluster.bindings()),
                Map.entry("validatingwebhookconfigurations.admissionregistration.k8s.io", Webhooks.validating()),
                Map.entry("mutatingwebhookconfigurations.admissionregistration.k8s.io", Webhooks.mutating()),
                Map.entry("validatingadmissionpolicies" + ADMISSION, AdmissionPolicies.validating()),
                Map.entry("validatingadmissionpolicybindings" + ADMISSION, PolicyBindings.validating()),
                Map.entry("mutatingadmissionpolicies" + ADMISSION, AdmissionPolicies.mutating()),
                Map.entry("mutatingadmissionpolicybindings" + ADMISSION, PolicyBindings.mutating()));
    }

    private static Map<String, Conversion> conversions() {
        return Map.of(
                "horizontalpodautoscalers.autoscaling/v1", new Scaling.FirstVersion(),
                "events.events.k8s.io/v1", new Scaling.NewEvents());
    }
}
