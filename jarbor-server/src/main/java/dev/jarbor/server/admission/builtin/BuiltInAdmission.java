package dev.jarbor.server.admission.builtin;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionChain;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.admission.MeasuredAdmission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Phase;
import dev.jarbor.server.admission.certificates.CertificateApproval;
import dev.jarbor.server.admission.certificates.CertificateSigning;
import dev.jarbor.server.admission.certificates.CertificateSubjectRestriction;
import dev.jarbor.server.admission.certificates.ClusterTrustBundleAttest;
import dev.jarbor.server.admission.general.AlwaysDeny;
import dev.jarbor.server.admission.general.EventRateLimit;
import dev.jarbor.server.admission.general.OwnerReferencesPermissionEnforcement;
import dev.jarbor.server.admission.image.ImagePolicyWebhook;
import dev.jarbor.server.admission.namespace.NamespaceAutoProvision;
import dev.jarbor.server.admission.namespace.NamespaceExists;
import dev.jarbor.server.admission.namespace.NamespaceLifecycle;
import dev.jarbor.server.admission.network.DefaultIngressClass;
import dev.jarbor.server.admission.network.DenyServiceExternalIps;
import dev.jarbor.server.admission.node.NodeDeclaredFeatures;
import dev.jarbor.server.admission.node.NodeRestriction;
import dev.jarbor.server.admission.node.PodResizeValidator;
import dev.jarbor.server.admission.node.TaintNodesByCondition;
import dev.jarbor.server.admission.pod.AlwaysPullImages;
import dev.jarbor.server.admission.pod.DefaultTolerationSeconds;
import dev.jarbor.server.admission.pod.ExtendedResourceToleration;
import dev.jarbor.server.admission.pod.LimitPodHardAntiAffinityTopology;
import dev.jarbor.server.admission.pod.LimitRanger;
import dev.jarbor.server.admission.pod.PodNodeSelector;
import dev.jarbor.server.admission.pod.PodTolerationRestriction;
import dev.jarbor.server.admission.pod.PodTopologyLabels;
import dev.jarbor.server.admission.pod.Priority;
import dev.jarbor.server.admission.pod.RuntimeClasses;
import dev.jarbor.server.admission.pod.ServiceAccounts;
import dev.jarbor.server.admission.podsecurity.PodSecurity;
import dev.jarbor.server.admission.podsecurity.PodSecuritySettings;
import dev.jarbor.server.admission.quota.ResourceQuotas;
import dev.jarbor.server.admission.storage.ClaimResize;
import dev.jarbor.server.admission.storage.DefaultStorageClass;
import dev.jarbor.server.admission.storage.StorageObjectInUseProtection;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.features.Feature;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.registry.Registry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The reference's admission plugins, by their names and in its order.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission control in
 *     Kubernetes</a>
 */
public final class BuiltInAdmission {
    private static final Admission NOTHING = new Admission() {};

    private static final Set<Phase> MUTATES = EnumSet.of(Phase.MUTATE);
    private static final Set<Phase> VALIDATES = EnumSet.of(Phase.VALIDATE);
    private static final Set<Phase> BOTH = EnumSet.of(Phase.MUTATE, Phase.VALIDATE);
    private static final Set<Phase> CHARGES = EnumSet.of(Phase.CHARGE);
    private static final Set<Phase> CHECKS_AND_CHARGES = EnumSet.of(Phase.VALIDATE, Phase.CHARGE);

    private static final Set<Operation> CREATES = EnumSet.of(Operation.CREATE);
    private static final Set<Operation> UPDATES = EnumSet.of(Operation.UPDATE);
    private static final Set<Operation> WRITES = EnumSet.of(Operation.CREATE, Operation.UPDATE);
    private static final Set<Operation> ALL_BUT_CONNECT = EnumSet.complementOf(EnumSet.of(Operation.CONNECT));
    private static final Set<Operation> ALL = EnumSet.allOf(Operation.class);

    private static final Map<String, Plugin> PLUGINS = new BuiltInAdmission().plugins;

    private final Map<String, Plugin> plugins = new LinkedHashMap<>();

    private record Plugin(
            boolean usual, Set<Phase> phases, Set<Operation> operations, Function<Parts, Admission> step) {}

    /**
     * What plugins are made from.
     *
     * @param authorizer whom they ask what a user may do
     * @param features which of them have anything to do
     * @param metrics is told of each plugin
     * @param others the steps of plugins that are at home elsewhere (webhooks, policies), by their name in the chain
     */
    public record Parts(
            Runtime runtime,
            Authorizer authorizer,
            Registry registry,
            AdmissionSettings settings,
            FeatureGates features,
            AdmissionMetrics metrics,
            Map<String, Admission> others) {
        public Parts {
            others = Map.copyOf(others);
        }

        ObjectValue told(String plugin) {
            return settings.of(plugin);
        }

        Admission other(String plugin) {
            return others.getOrDefault(plugin, NOTHING);
        }
    }

    private BuiltInAdmission() {
        off("AlwaysAdmit", BOTH, ALL, parts -> NOTHING);
        off("NamespaceAutoProvision", CHARGES, CREATES, parts -> new NamespaceAutoProvision(parts.runtime()));
        on(
                "NamespaceLifecycle",
                MUTATES,
                ALL_BUT_CONNECT,
                parts -> new NamespaceLifecycle(parts.settings().enabled().contains("NamespaceAutoProvision")));
        off("NamespaceExists", VALIDATES, ALL_BUT_CONNECT, parts -> new NamespaceExists());
        off("LimitPodHardAntiAffinityTopology", VALIDATES, WRITES, parts -> new LimitPodHardAntiAffinityTopology());
        on("LimitRanger", BOTH, WRITES, parts -> new LimitRanger());
        on("ServiceAccount", BOTH, WRITES, parts -> new ServiceAccounts(parts.runtime()));
        off("NodeRestriction", MUTATES, ALL_BUT_CONNECT, parts -> new NodeRestriction(parts.authorizer()));
        on("TaintNodesByCondition", MUTATES, CREATES, parts -> new TaintNodesByCondition());
        off("AlwaysPullImages", BOTH, WRITES, parts -> new AlwaysPullImages());
        off(
                "ImagePolicyWebhook",
                VALIDATES,
                WRITES,
                parts -> new ImagePolicyWebhook(parts.runtime(), parts.told("ImagePolicyWebhook")));
        on(
                "PodSecurity",
                VALIDATES,
                WRITES,
                parts -> new PodSecurity(PodSecuritySettings.read(parts.told("PodSecurity"))));
        off("PodNodeSelector", BOTH, CREATES, parts -> new PodNodeSelector(parts.told("PodNodeSelector")));
        on("Priority", BOTH, ALL_BUT_CONNECT, parts -> new Priority());
        on(
                "DefaultTolerationSeconds",
                MUTATES,
                WRITES,
                parts -> new DefaultTolerationSeconds(parts.settings().tolerated()));
        off(
                "PodTolerationRestriction",
                BOTH,
                WRITES,
                parts -> new PodTolerationRestriction(parts.told("PodTolerationRestriction")));
        off(
                "EventRateLimit",
                VALIDATES,
                WRITES,
                parts -> new EventRateLimit(parts.runtime(), parts.told("EventRateLimit")));
        off("ExtendedResourceToleration", MUTATES, WRITES, parts -> new ExtendedResourceToleration());
        on("DefaultStorageClass", MUTATES, CREATES, parts -> new DefaultStorageClass());
        on("StorageObjectInUseProtection", MUTATES, CREATES, parts -> new StorageObjectInUseProtection());
        // nothing to do while the gate GenericWorkload is off, which cannot be changed here
        on("PodGroupProtection", MUTATES, CREATES, parts -> NOTHING);
        off(
                "OwnerReferencesPermissionEnforcement",
                VALIDATES,
                WRITES,
                parts -> new OwnerReferencesPermissionEnforcement(parts.authorizer(), parts.registry()));
        on("PersistentVolumeClaimResize", VALIDATES, UPDATES, parts -> new ClaimResize());
        on("RuntimeClass", BOTH, CREATES, parts -> new RuntimeClasses());
        on("CertificateApproval", VALIDATES, UPDATES, parts -> new CertificateApproval(parts.authorizer()));
        on("CertificateSigning", VALIDATES, UPDATES, parts -> new CertificateSigning(parts.authorizer()));
        on("ClusterTrustBundleAttest", VALIDATES, WRITES, parts -> new ClusterTrustBundleAttest(parts.authorizer()));
        on("CertificateSubjectRestriction", VALIDATES, CREATES, parts -> new CertificateSubjectRestriction());
        on("DefaultIngressClass", MUTATES, CREATES, parts -> new DefaultIngressClass());
        off("DenyServiceExternalIPs", VALIDATES, WRITES, parts -> new DenyServiceExternalIps());
        on(
                "PodTopologyLabels",
                MUTATES,
                CREATES,
                with(Feature.POD_TOPOLOGY_LABELS_ADMISSION, parts -> new PodTopologyLabels()));
        // as PodGroupProtection
        on("PodGroupWorkloadExists", VALIDATES, CREATES, parts -> NOTHING);
        on(
                "NodeDeclaredFeatureValidator",
                VALIDATES,
                UPDATES,
                with(Feature.NODE_DECLARED_FEATURES, parts -> new NodeDeclaredFeatures()));
        // nothing to do while the gate WorkloadWithJob is off, which cannot be changed here
        on("JobValidation", VALIDATES, WRITES, parts -> NOTHING);
        on("PodResizeValidator", VALIDATES, UPDATES, parts -> new PodResizeValidator());
        on(
                "MutatingAdmissionPolicy",
                MUTATES,
                ALL,
                with(Feature.MUTATING_ADMISSION_POLICY, parts -> parts.other("MutatingAdmissionPolicy")));
        on("MutatingAdmissionWebhook", MUTATES, ALL, parts -> parts.other("MutatingAdmissionWebhook"));
        on("ValidatingAdmissionPolicy", VALIDATES, ALL, parts -> parts.other("ValidatingAdmissionPolicy"));
        on("ValidatingAdmissionWebhook", VALIDATES, ALL, parts -> parts.other("ValidatingAdmissionWebhook"));
        on(
                "ResourceQuota",
                CHECKS_AND_CHARGES,
                WRITES,
                parts -> new ResourceQuotas(parts.runtime(), parts.told("ResourceQuota")));
        off("AlwaysDeny", BOTH, ALL, parts -> new AlwaysDeny());
    }

    /** A plugin that does nothing while {@code feature} is off. */
    private static Function<Parts, Admission> with(Feature feature, Function<Parts, Admission> step) {
        return parts -> parts.features().enabled(feature) ? step.apply(parts) : NOTHING;
    }

    private void on(String name, Set<Phase> phases, Set<Operation> operations, Function<Parts, Admission> step) {
        plugins.put(name, new Plugin(true, phases, operations, step));
    }

    private void off(String name, Set<Phase> phases, Set<Operation> operations, Function<Parts, Admission> step) {
        plugins.put(name, new Plugin(false, phases, operations, step));
    }

    /**
     * The steps that are on, in order.
     *
     * @param always further steps at the end, that nobody can switch off
     * @throws IllegalArgumentException in the reference's words where the settings name what there is not
     */
    public static AdmissionChain chain(Parts parts, List<AdmissionChain.Step> always) {
        AdmissionSettings settings = parts.settings();
        check(settings);
        var steps = new ArrayList<AdmissionChain.Step>();
        PLUGINS.forEach((name, plugin) -> {
            boolean on = plugin.usual() || settings.enabled().contains(name);
            if (on && !settings.disabled().contains(name)) {
                Admission step = measured(name, plugin.step().apply(parts), parts);
                steps.add(new AdmissionChain.Step(step, plugin.phases(), plugin.operations()));
            }
        });
        steps.addAll(always);
        return new AdmissionChain(steps);
    }

    private static Admission measured(String name, Admission step, Parts parts) {
        AdmissionMetrics metrics = parts.metrics();
        return new MeasuredAdmission(
                step, parts.runtime(), (type, operation, rejected) -> metrics.plugin(name, type, operation, rejected));
    }

    /** The names of all plugins, in order. */
    public static List<String> names() {
        return List.copyOf(PLUGINS.keySet());
    }

    /** @throws IllegalArgumentException in the reference's words where the settings name what there is not, or twice */
    public static void check(AdmissionSettings settings) {
        requireKnown("enable-admission-plugins", settings.enabled());
        requireKnown("disable-admission-plugins", settings.disabled());
        requireKnown("admission-control-config-file", settings.configuration().keySet());
        for (String webhooks : List.of("MutatingAdmissionWebhook", "ValidatingAdmissionWebhook")) {
            if (!settings.of(webhooks).string("kubeConfigFile").isEmpty()) {
                throw new IllegalArgumentException("admission plugin " + webhooks
                        + ": kubeConfigFile is not supported: webhooks are called without" + " credentials");
            }
        }
        var both = new TreeSet<>(settings.enabled());
        both.retainAll(settings.disabled());
        if (!both.isEmpty()) {
            throw new IllegalArgumentException("[" + String.join(" ", both)
                    + "] in enable-admission-plugins and disable-admission-plugins overlapped");
        }
    }

    private static void requireKnown(String option, Collection<String> names) {
        for (String name : names) {
            if (!PLUGINS.containsKey(name)) {
                throw new IllegalArgumentException(option + " plugin \"" + name + "\" is unknown");
            }
        }
    }
}
