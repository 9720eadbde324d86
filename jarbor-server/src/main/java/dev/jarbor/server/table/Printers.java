package dev.jarbor.server.table;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.Map;
import java.util.function.Supplier;

/** Which columns and rows each kind has. Kinds without an entry show their name and when they were created. */
final class Printers {
    /**
     * @param table the columns' name in the table of facts; "" for custom resources
     * @param columns their definitions, read when a table is asked for
     */
    record Printer(String table, RowPrinter rows, Supplier<ListValue> columns) {
        Printer(String table, RowPrinter rows) {
            this(table, rows, () -> Columns.of(table));
        }
    }

    private static final Printer OTHER = new Printer("other", Printers::other);

    private static final Map<String, Printer> BY_KIND = Map.ofEntries(
            entry("Pod", "pod", PodRow::cells),
            entry("PodTemplate", "podTemplate", WorkloadRows::podTemplate),
            entry("ReplicationController", "replicationController", WorkloadRows::replicationController),
            entry("Service", "service", NetworkRows::service),
            entry("Endpoints", "endpoint", NetworkRows::endpoints),
            entry("Node", "node", ClusterRows::node),
            entry("Namespace", "namespace", ClusterRows::namespace),
            entry("Event", "event", ClusterRows::event),
            entry("events.k8s.io/Event", "event", ClusterRows::event),
            entry("Secret", "secret", ClusterRows::secret),
            entry("ConfigMap", "configMap", ClusterRows::configMap),
            entry("ServiceAccount", "serviceAccount", ClusterRows::nameAndAge),
            entry("ResourceQuota", "resourceQuota", ClusterRows::resourceQuota),
            entry("ComponentStatus", "componentStatus", ClusterRows::componentStatus),
            entry("PersistentVolume", "persistentVolume", StorageRows::persistentVolume),
            entry("PersistentVolumeClaim", "persistentVolumeClaim", StorageRows::persistentVolumeClaim),
            entry("apps/Deployment", "deployment", WorkloadRows::deployment),
            entry("apps/ReplicaSet", "replicaSet", WorkloadRows::replicaSet),
            entry("apps/StatefulSet", "statefulSet", WorkloadRows::statefulSet),
            entry("apps/DaemonSet", "daemonSet", WorkloadRows::daemonSet),
            entry("apps/ControllerRevision", "controllerRevision", WorkloadRows::controllerRevision),
            entry("batch/Job", "job", WorkloadRows::job),
            entry("batch/CronJob", "cronJob", WorkloadRows::cronJob),
            entry("policy/PodDisruptionBudget", "podDisruptionBudget", WorkloadRows::podDisruptionBudget),
            entry(
                    "autoscaling/HorizontalPodAutoscaler",
                    "horizontalPodAutoscaler",
                    WorkloadRows::horizontalPodAutoscaler),
            entry("discovery.k8s.io/EndpointSlice", "endpointSlice", NetworkRows::endpointSlice),
            entry("networking.k8s.io/Ingress", "ingress", NetworkRows::ingress),
            entry("networking.k8s.io/IngressClass", "ingressClass", NetworkRows::ingressClass),
            entry("networking.k8s.io/NetworkPolicy", "networkPolicy", NetworkRows::networkPolicy),
            entry("networking.k8s.io/ServiceCIDR", "serviceCIDR", NetworkRows::serviceCidr),
            entry("networking.k8s.io/IPAddress", "ipAddress", NetworkRows::ipAddress),
            entry("storage.k8s.io/StorageClass", "storageClass", row -> StorageRows.storageClass(row, " (default)")),
            entry("storage.k8s.io/VolumeAttachment", "volumeAttachment", StorageRows::volumeAttachment),
            entry("storage.k8s.io/VolumeAttributesClass", "volumeAttributesClass", StorageRows::volumeAttributesClass),
            entry("storage.k8s.io/CSINode", "csiNode", StorageRows::csiNode),
            entry("rbac.authorization.k8s.io/RoleBinding", "roleBindings", AccessRows::roleBinding),
            entry("rbac.authorization.k8s.io/ClusterRoleBinding", "clusterRoleBindings", AccessRows::roleBinding),
            entry(
                    "certificates.k8s.io/CertificateSigningRequest",
                    "certificateSigningRequest",
                    AccessRows::certificateSigningRequest),
            entry("admissionregistration.k8s.io/MutatingWebhookConfiguration", "mutatingWebhook", AccessRows::webhook),
            entry(
                    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
                    "validatingWebhook",
                    AccessRows::webhook),
            entry("apiregistration.k8s.io/APIService", "apiService", AccessRows::apiService),
            entry("metrics.k8s.io/NodeMetrics", "resourceMetrics", MetricsRows::node),
            entry("metrics.k8s.io/PodMetrics", "resourceMetrics", MetricsRows::pod),
            entry("coordination.k8s.io/Lease", "lease", ClusterRows::lease),
            entry("scheduling.k8s.io/PriorityClass", "priorityClass", ClusterRows::priorityClass),
            entry("node.k8s.io/RuntimeClass", "runtimeClass", ClusterRows::runtimeClass),
            entry("resource.k8s.io/DeviceClass", "deviceClass", ClusterRows::nameAndAge),
            entry("resource.k8s.io/ResourceClaimTemplate", "resourceClaimTemplate", ClusterRows::nameAndAge),
            entry("resource.k8s.io/ResourceClaim", "resourceClaim", DeviceRows::resourceClaim),
            entry("resource.k8s.io/ResourceSlice", "nodeResourceSlice", DeviceRows::resourceSlice),
            entry("resource.k8s.io/DeviceTaintRule", "deviceTaint", DeviceRows::deviceTaintRule),
            entry("storage.k8s.io/CSIDriver", "csiDriver", StorageRows::csiDriver),
            entry("storage.k8s.io/CSIStorageCapacity", "csiStorageCapacity", StorageRows::csiStorageCapacity),
            entry("internal.apiserver.k8s.io/StorageVersion", "storageVersion", StorageRows::storageVersion),
            entry(
                    "storagemigration.k8s.io/StorageVersionMigration",
                    "storageVersionMigration",
                    StorageRows::storageVersionMigration),
            entry("certificates.k8s.io/ClusterTrustBundle", "clusterTrustBundle", AccessRows::clusterTrustBundle),
            entry(
                    "certificates.k8s.io/PodCertificateRequest",
                    "podCertificateRequest",
                    AccessRows::podCertificateRequest),
            entry("coordination.k8s.io/LeaseCandidate", "leaseCandidate", ClusterRows::leaseCandidate),
            entry("flowcontrol.apiserver.k8s.io/FlowSchema", "flowSchema", PolicyRows::flowSchema),
            entry(
                    "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
                    "priorityLevel",
                    PolicyRows::priorityLevel),
            entry(
                    "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
                    "validatingAdmissionPolicy",
                    PolicyRows::validatingPolicy),
            entry(
                    "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
                    "admissionPolicyBinding",
                    PolicyRows::policyBinding),
            entry(
                    "admissionregistration.k8s.io/MutatingAdmissionPolicy",
                    "mutatingAdmissionPolicy",
                    PolicyRows::mutatingPolicy),
            entry(
                    "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
                    "admissionPolicyBinding",
                    PolicyRows::policyBinding));

    private static final Printer SCALE = new Printer("scale", ClusterRows::scale);

    private Printers() {}

    /** For a scale, which is a part of resources of many kinds, its own; otherwise that of the resource. */
    static Printer of(ResourceDefinition resource, ObjectValue body) {
        if (body.string("kind").equals("Scale")) {
            return SCALE;
        }
        String key = resource.group().isEmpty() ? resource.kind() : resource.group() + "/" + resource.kind();
        return BY_KIND.getOrDefault(key, OTHER);
    }

    private static Map.Entry<String, Printer> entry(String kind, String table, RowPrinter rows) {
        return Map.entry(kind, new Printer(table, rows));
    }

    private static ListValue other(Row row) {
        return RowPrinter.row(row.name(), row.metadata().string("creationTimestamp"));
    }
}
