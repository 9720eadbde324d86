package dev.jarbor.server.kinds;

import dev.jarbor.server.customresources.DefinitionStrategy;
import dev.jarbor.server.kinds.access.Bindings;
import dev.jarbor.server.kinds.access.Roles;
import dev.jarbor.server.kinds.network.AddressRanges;
import dev.jarbor.server.kinds.network.EndpointSlices;
import dev.jarbor.server.kinds.network.EndpointsRules;
import dev.jarbor.server.kinds.network.IngressClasses;
import dev.jarbor.server.kinds.network.Ingresses;
import dev.jarbor.server.kinds.network.NetworkPolicies;
import dev.jarbor.server.kinds.pod.Pods;
import dev.jarbor.server.kinds.storage.Attachments;
import dev.jarbor.server.kinds.storage.Claims;
import dev.jarbor.server.kinds.storage.Drivers;
import dev.jarbor.server.kinds.storage.PersistentVolumes;
import dev.jarbor.server.kinds.storage.StorageClasses;
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
                Map.entry("horizontalpodautoscalers.autoscaling", new Autoscalers()),
                Map.entry("poddisruptionbudgets.policy", new Budgets()),
                Map.entry("services", new Services()),
                Map.entry("endpoints", new EndpointsRules()),
                Map.entry("endpointslices.discovery.k8s.io", new EndpointSlices()),
                Map.entry("ingresses.networking.k8s.io", new Ingresses()),
                Map.entry("ingressclasses.networking.k8s.io", new IngressClasses()),
                Map.entry("ipaddresses.networking.k8s.io", new AddressRanges.Addresses()),
                Map.entry("servicecidrs.networking.k8s.io", new AddressRanges.Ranges()),
                Map.entry("networkpolicies.networking.k8s.io", new NetworkPolicies()),
                Map.entry("configmaps", new ConfigMaps()),
                Map.entry("secrets", new Secrets()),
                Map.entry("namespaces", new Namespaces()),
                Map.entry("limitranges", new LimitRanges()),
                Map.entry("resourcequotas", new Quotas()),
                Map.entry("nodes", new Cluster.Nodes()),
                Map.entry("persistentvolumes", new PersistentVolumes()),
                Map.entry("persistentvolumeclaims", new Claims()),
                Map.entry("storageclasses.storage.k8s.io", new StorageClasses()),
                Map.entry("csinodes.storage.k8s.io", new Drivers.CsiNodes()),
                Map.entry("csistoragecapacities.storage.k8s.io", new Drivers.Capacities()),
                Map.entry("volumeattachments.storage.k8s.io", new Attachments()),
                Map.entry("volumeattributesclasses.storage.k8s.io", new StorageClasses.Attributes()),
                Map.entry("csidrivers.storage.k8s.io", new Drivers.CsiDrivers()),
                Map.entry("priorityclasses.scheduling.k8s.io", new PriorityClasses()),
                Map.entry("runtimeclasses.node.k8s.io", Cluster.runtimeClasses()),
                Map.entry("leases.coordination.k8s.io", new Leases()),
                Map.entry("certificatesigningrequests.certificates.k8s.io", new SigningRequests()),
                Map.entry("flowschemas.flowcontrol.apiserver.k8s.io", Flows.schemas()),
                Map.entry("prioritylevelconfigurations.flowcontrol.apiserver.k8s.io", PriorityLevels.levels()),
                Map.entry("roles" + RBAC, new Roles(true)),
                Map.entry("clusterroles" + RBAC, new Roles(false)),
                Map.entry("rolebindings" + RBAC, new Bindings(true)),
                Map.entry("clusterrolebindings" + RBAC, new Bindings(false)),
                Map.entry("apiservices.apiregistration.k8s.io", new ApiServices()),
                Map.entry("validatingwebhookconfigurations.admissionregistration.k8s.io", Webhooks.validating()),
                Map.entry("mutatingwebhookconfigurations.admissionregistration.k8s.io", Webhooks.mutating()),
                Map.entry("validatingadmissionpolicies" + ADMISSION, AdmissionPolicies.validating()),
                Map.entry("validatingadmissionpolicybindings" + ADMISSION, PolicyBindings.validating()),
                Map.entry("mutatingadmissionpolicies" + ADMISSION, AdmissionPolicies.mutating()),
                Map.entry("mutatingadmissionpolicybindings" + ADMISSION, PolicyBindings.mutating()),
                Map.entry("customresourcedefinitions.apiextensions.k8s.io", new DefinitionStrategy()));
    }

    private static Map<String, Conversion> conversions() {
        return Map.of(
                "horizontalpodautoscalers.autoscaling/v1", new Conversions.FirstAutoscalers(),
                "events.events.k8s.io/v1", new Conversions.NewEvents());
    }
}
