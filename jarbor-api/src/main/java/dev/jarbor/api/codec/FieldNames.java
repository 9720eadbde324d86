package dev.jarbor.api.codec;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One shared string for each field name that objects carry by the thousand, so that a cluster's objects do not each
 * hold their own copies. The table is fixed: what users make up (label keys, data keys) never grows it.
 */
final class FieldNames {
    private static final String FREQUENT = """
            apiVersion kind metadata spec status items name namespace labels annotations uid resourceVersion
            generation creationTimestamp deletionTimestamp deletionGracePeriodSeconds finalizers ownerReferences
            managedFields generateName controller blockOwnerDeletion manager operation time fieldsType fieldsV1
            subresource type reason message conditions lastTransitionTime lastProbeTime lastUpdateTime
            observedGeneration replicas selector matchLabels matchExpressions template containers initContainers
            image imagePullPolicy command args env value valueFrom ports containerPort protocol resources limits
            requests cpu memory volumes volumeMounts mountPath readOnly nodeName nodeSelector tolerations key
            operator effect values phase podIP podIPs hostIP hostIPs ip startTime containerStatuses containerID
            imageID lastState state ready restartCount started running startedAt data stringData addresses endpoints
            targetRef clusterIP clusterIPs port targetPort nodePort app app.kubernetes.io/name f:metadata f:spec
            f:status f:labels f:annotations . terminationGracePeriodSeconds serviceAccountName serviceAccount
            schedulerName securityContext restartPolicy dnsPolicy terminationMessagePath terminationMessagePolicy
            livenessProbe readinessProbe qosClass priority enableServiceLinks preemptionPolicy projected sources
            configMap secret defaultMode optional path expirationSeconds serviceAccountToken downwardAPI fieldRef
            fieldPath tolerationSeconds
            """;

    private static final Map<String, String> KNOWN = Arrays.stream(
                    FREQUENT.strip().split("\\s+", -1))
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Function.identity()));

    private FieldNames() {}

    static String known(String name) {
        return KNOWN.getOrDefault(name, name);
    }
}
