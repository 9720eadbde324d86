package dev.jarbor.server.kinds;

import dev.jarbor.server.customresources.DefinitionStrategy;
import dev.jarbor.server.features.Feature;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.kinds.access.Accounts;
import dev.jarbor.server.kinds.access.Bindings;
import dev.jarbor.server.kinds.access.Roles;
import dev.jarbor.server.kinds.certificate.PodCertificates;
import dev.jarbor.server.kinds.certificate.TrustBundles;
import dev.jarbor.server.kinds.device.DeviceClasses;
import dev.jarbor.server.kinds.device.FirstBeta;
import dev.jarbor.server.kinds.device.PoolStatusRequests;
import dev.jarbor.server.kinds.device.ResourceClaims;
import dev.jarbor.server.kinds.device.ResourceSlices;
import dev.jarbor.server.kinds.device.TaintRules;
import dev.jarbor.server.kinds.network.AddressRanges;
import dev.jarbor.server.kinds.network.EndpointSlices;
import dev.jarbor.server.kinds.network.EndpointsRules;
import dev.jarbor.server.kinds.network.IngressClasses;
import dev.jarbor.server.kinds.network.Ingresses;
import dev.jarbor.server.kinds.network.NetworkPolicies;
import dev.jarbor.server.kinds.node.Nodes;
import dev.jarbor.server.kinds.node.RuntimeClasses;
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
import dev.jarbor.server.kinds.workload.PodGroups;
import dev.jarbor.server.kinds.workload.ReplicaSets;
import dev.jarbor.server.kinds.workload.ReplicationControllers;
import dev.jarbor.server.kinds.workload.StatefulSets;
import dev.jarbor.server.kinds.workload.StoredTemplates;
import dev.jarbor.server.kinds.workload.Workloads;
import dev.jarbor.server.registry.Conversion;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.Strategy;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/** Which rules belong to which of Kubernetes' own resources: the one place where a kind is tied to its strategy. */
public final class BuiltInKinds {
    private static final String ADMISSION = ".admissionregistration.k8s.io";
    private static final String RBAC = ".rbac.authorization.k8s.io";

    private BuiltInKinds() {}

    /**
     * @param now the time, for kinds whose rules ask for it
     * @param features what of the rules is on
     */
    public static Registry.Rules rules(Supplier<Instant> now, FeatureGates features) {
        return new Registry.Rules(strategies(now, features), conversions(), Map.of("events.events.k8s.io", "events"));
    }

    private static Map<String, Strategy> strategies(Supplier<Instant> now, FeatureGates features) {
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
                Map.entry(
                        "horizontalpodautoscalers.autoscaling",
                        new Autoscalers(features.enabled(Feature.HPA_SCALE_TO_ZERO))),
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
                Map.entry("nodes", new Nodes()),
                Map.entry("serviceaccounts", new Accounts()),
                Map.entry("events", new Events(false)),
                Map.entry("events.events.k8s.io", new Events(true)),
                Map.entry("persistentvolumes", new PersistentVolumes()),
                Map.entry("persistentvolumeclaims", new Claims()),
                Map.entry("storageclasses.storage.k8s.io", new StorageClasses()),
                Map.entry("csinodes.storage.k8s.io", new Drivers.CsiNodes()),
                Map.entry("csistoragecapacities.storage.k8s.io", new Drivers.Capacities()),
                Map.entry("volumeattachments.storage.k8s.io", new Attachments()),
                Map.entry("volumeattributesclasses.storage.k8s.io", new StorageClasses.Attributes()),
                Map.entry("csidrivers.storage.k8s.io", new Drivers.CsiDrivers()),
                Map.entry("priorityclasses.scheduling.k8s.io", new PriorityClasses()),
                Map.entry("podgroups.scheduling.k8s.io", new PodGroups()),
                Map.entry("workloads.scheduling.k8s.io", new Workloads()),
                Map.entry("runtimeclasses.node.k8s.io", new RuntimeClasses()),
                Map.entry("deviceclasses.resource.k8s.io", new DeviceClasses()),
                Map.entry("resourceclaims.resource.k8s.io", new ResourceClaims()),
                Map.entry("resourceclaimtemplates.resource.k8s.io", new ResourceClaims.Templates()),
                Map.entry("resourceslices.resource.k8s.io", new ResourceSlices(now)),
                Map.entry("devicetaintrules.resource.k8s.io", new TaintRules(now)),
                Map.entry("resourcepoolstatusrequests.resource.k8s.io", new PoolStatusRequests()),
                Map.entry("leases.coordination.k8s.io", new Leases()),
                Map.entry("leasecandidates.coordination.k8s.io", new LeaseCandidates()),
                Map.entry("storageversions.internal.apiserver.k8s.io", new StorageVersions()),
                Map.entry("storageversionmigrations.storagemigration.k8s.io", new StorageMigrations()),
                Map.entry("clustertrustbundles.certificates.k8s.io", new TrustBundles()),
                Map.entry("podcertificaterequests.certificates.k8s.io", new PodCertificates(now)),
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
                "horizontalpodautoscalers.autoscaling/v1", new FirstAutoscalers(),
                "events.events.k8s.io/v1", new NewEvents(),
                "resourceclaims.resource.k8s.io/v1beta1", FirstBeta.claims(),
                "resourceclaimtemplates.resource.k8s.io/v1beta1", FirstBeta.templates(),
                "resourceslices.resource.k8s.io/v1beta1", FirstBeta.slices());
    }
}
