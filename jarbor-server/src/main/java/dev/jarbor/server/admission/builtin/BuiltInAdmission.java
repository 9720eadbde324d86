package dev.jarbor.server.admission.builtin;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionChain;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.admission.certificates.CertificateApproval;
import dev.jarbor.server.admission.certificates.CertificateSigning;
import dev.jarbor.server.admission.certificates.CertificateSubjectRestriction;
import dev.jarbor.server.admission.certificates.ClusterTrustBundleAttest;
import dev.jarbor.server.admission.general.AlwaysDeny;
import dev.jarbor.server.admission.general.EventRateLimit;
import dev.jarbor.server.admission.general.OwnerReferencesPermissionEnforcement;
import dev.jarbor.server.admission.namespace.NamespaceAutoProvision;
import dev.jarbor.server.admission.namespace.NamespaceExists;
import dev.jarbor.server.admission.namespace.NamespaceLifecycle;
import dev.jarbor.server.admission.network.DefaultIngressClass;
import dev.jarbor.server.admission.network.DenyServiceExternalIps;
import dev.jarbor.server.admission.node.NodeRestriction;
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
import dev.jarbor.server.registry.Registry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The reference's admission plugins, by their names and in its order.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission control in
 *     Kubernetes</a>
 */
public final class BuiltInAdmission {
    private final Map<String, Plugin> plugins = new LinkedHashMap<>();

    private record Plugin(boolean usual, Supplier<Admission> step) {}

    /**
     * What plugins are made from.
     *
     * @param authorizer whom they ask what a user may do
     * @param others the steps of plugins that are at home elsewhere (webhooks, policies), by their name in the chain
     */
    public record Parts(
            Runtime runtime,
            Authorizer authorizer,
            Registry registry,
            AdmissionSettings settings,
            Map<String, Admission> others) {
        public Parts {
            others = Map.copyOf(others);
        }
    }

    private BuiltInAdmission(Parts parts) {
        Runtime runtime = parts.runtime();
        Authorizer authorizer = parts.authorizer();
        AdmissionSettings settings = parts.settings();
        boolean provisions = settings.enabled().contains("NamespaceAutoProvision");
        off("AlwaysAdmit", BuiltInAdmission::nothing);
        off("NamespaceAutoProvision", () -> new NamespaceAutoProvision(runtime));
        on("NamespaceLifecycle", () -> new NamespaceLifecycle(provisions));
        off("NamespaceExists", NamespaceExists::new);
        off("LimitPodHardAntiAffinityTopology", LimitPodHardAntiAffinityTopology::new);
        on("LimitRanger", LimitRanger::new);
        on("ServiceAccount", () -> new ServiceAccounts(runtime));
        off("NodeRestriction", () -> new NodeRestriction(authorizer));
        on("TaintNodesByCondition", TaintNodesByCondition::new);
        off("AlwaysPullImages", AlwaysPullImages::new);
        off("ImagePolicyWebhook", BuiltInAdmission::unsupported);
        on("PodSecurity", () -> new PodSecurity(PodSecuritySettings.read(settings.of("PodSecurity"))));
        off("PodNodeSelector", () -> new PodNodeSelector(settings.of("PodNodeSelector")));
        on("Priority", Priority::new);
        on("DefaultTolerationSeconds", DefaultTolerationSeconds::new);
        off("PodTolerationRestriction", () -> new PodTolerationRestriction(settings.of("PodTolerationRestriction")));
        off("EventRateLimit", () -> new EventRateLimit(runtime, settings.of("EventRateLimit")));
        off("ExtendedResourceToleration", ExtendedResourceToleration::new);
        on("DefaultStorageClass", DefaultStorageClass::new);
        on("StorageObjectInUseProtection", StorageObjectInUseProtection::new);
        on("PodGroupProtection", BuiltInAdmission::nothing);
        off(
                "OwnerReferencesPermissionEnforcement",
                () -> new OwnerReferencesPermissionEnforcement(authorizer, parts.registry()));
        on("PersistentVolumeClaimResize", ClaimResize::new);
        on("RuntimeClass", RuntimeClasses::new);
        on("CertificateApproval", () -> new CertificateApproval(authorizer));
        on("CertificateSigning", () -> new CertificateSigning(authorizer));
        on("ClusterTrustBundleAttest", () -> new ClusterTrustBundleAttest(authorizer));
        on("CertificateSubjectRestriction", CertificateSubjectRestriction::new);
        on("DefaultIngressClass", DefaultIngressClass::new);
        off("DenyServiceExternalIPs", DenyServiceExternalIps::new);
        on("PodTopologyLabels", PodTopologyLabels::new);
        on("PodGroupWorkloadExists", BuiltInAdmission::nothing);
        on("NodeDeclaredFeatureValidator", BuiltInAdmission::nothing);
        on("JobValidation", BuiltInAdmission::nothing);
        on("PodResizeValidator", BuiltInAdmission::nothing);
        on("MutatingAdmissionPolicy", BuiltInAdmission::nothing);
        on("MutatingAdmissionWebhook", BuiltInAdmission::nothing);
        on("ValidatingAdmissionPolicy", BuiltInAdmission::nothing);
        on("ValidatingAdmissionWebhook", BuiltInAdmission::nothing);
        on("ResourceQuota", () -> new ResourceQuotas(runtime, settings.of("ResourceQuota")));
        off("AlwaysDeny", AlwaysDeny::new);
    }

    /** For what is decided elsewhere, or not at all unless somebody says how. */
    private static Admission nothing() {
        return new Admission() {};
    }

    private static Admission unsupported() {
        throw new IllegalArgumentException("admission plugin ImagePolicyWebhook is not supported");
    }

    private void on(String name, Supplier<Admission> step) {
        plugins.put(name, new Plugin(true, step));
    }

    private void off(String name, Supplier<Admission> step) {
        plugins.put(name, new Plugin(false, step));
    }

    /**
     * The steps that are on, in order.
     *
     * @param always further steps at the end, that nobody can switch off
     * @throws IllegalArgumentException in the reference's words where the settings name what there is not
     */
    public static AdmissionChain chain(Parts parts, Admission... always) {
        var built = new BuiltInAdmission(parts);
        AdmissionSettings settings = parts.settings();
        built.requireKnown("enable-admission-plugins", settings.enabled());
        built.requireKnown("disable-admission-plugins", settings.disabled());
        var both = new TreeSet<>(settings.enabled());
        both.retainAll(settings.disabled());
        if (!both.isEmpty()) {
            throw new IllegalArgumentException("[" + String.join(" ", both)
                    + "] in enable-admission-plugins and disable-admission-plugins overlapped");
        }
        var steps = new ArrayList<Admission>();
        built.plugins.forEach((name, plugin) -> {
            boolean on = plugin.usual() || settings.enabled().contains(name);
            if (on && !settings.disabled().contains(name)) {
                Admission other = parts.others().get(name);
                steps.add(other == null ? plugin.step().get() : other);
            }
        });
        steps.addAll(List.of(always));
        return new AdmissionChain(steps);
    }

    /** The names of all plugins in order, for who lists them. */
    public static List<String> names(Parts parts) {
        return List.copyOf(new BuiltInAdmission(parts).plugins.keySet());
    }

    private void requireKnown(String option, List<String> names) {
        for (String name : names) {
            if (!plugins.containsKey(name)) {
                throw new IllegalArgumentException(option + " plugin \"" + name + "\" is unknown");
            }
        }
    }
}
