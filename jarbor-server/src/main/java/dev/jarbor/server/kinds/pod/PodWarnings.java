package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Amounts;
import dev.jarbor.server.kinds.rules.IpAddress;
import dev.jarbor.server.kinds.rules.NodeLabels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What is not wrong with a pod or a template of one, and yet hardly what its author wanted. */
public final class PodWarnings {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
    private static final String NO_SELECTOR = ": a null labelSelector results in matching no pod";

    /** Key and what to do instead, in the order in which they are said. */
    private static final List<List<String>> OLD_ANNOTATIONS = List.of(
            List.of(
                    "scheduler.alpha.kubernetes.io/critical-pod",
                    "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
            List.of(
                    "security.alpha.kubernetes.io/sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead"),
            List.of(
                    "security.alpha.kubernetes.io/unsafe-sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead"));

    private final ObjectValue metadata;
    private final ObjectValue spec;
    private final boolean template;
    private final FieldPath metadataPath;
    private final FieldPath at;
    private final List<String> warnings = new ArrayList<>();

    private PodWarnings(ObjectValue owner, FieldPath path, boolean template) {
        this.metadata = owner.object("metadata");
        this.spec = owner.object("spec");
        this.template = template;
        this.metadataPath = path.child("metadata").child("annotations");
        this.at = path.child("spec");
    }

    static List<String> ofPod(ObjectValue pod) {
        var warnings = new ArrayList<String>();
        String name = pod.object("metadata").string("name");
        List<String> problems = Names.dnsLabel(name);
        if (!problems.isEmpty()) {
            warnings.add("metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a"
                    + " DNS label is recommended: " + listed(problems));
        }
        warnings.addAll(new PodWarnings(pod, FieldPath.NONE, false).collect());
        return warnings;
    }

    /** Go prints a list of texts without commas. */
    private static String listed(List<String> texts) {
        return "[" + String.join(" ", texts) + "]";
    }

    public static List<String> ofTemplate(ObjectValue template, FieldPath path) {
        return new PodWarnings(template, path, true).collect();
    }

    /** For workloads whose own name goes into the names of their pods. */
    public static List<String> ofName(ObjectValue workload) {
        List<String> problems = Names.dnsLabel(workload.object("metadata").string("name"));
        return problems.isEmpty()
                ? List.of()
                : List.of("metadata.name: this is used in Pod names and hostnames, which can result in surprising"
                        + " behavior; a DNS label is recommended: " + listed(problems));
    }

    private List<String> collect() {
        nodeLabels();
        spread();
        annotations();
        VolumeWarnings.add(spec, at.child("volumes"), warnings);
        duplicates("hostAliases", "ip", "duplicate ip");
        duplicates("imagePullSecrets", "name", "duplicate name");
        List<ObjectValue> secrets = spec.list("imagePullSecrets").objects();
        for (int i = 0; i < secrets.size(); i++) {
            if (secrets.get(i).string("name").isEmpty()) {
                warnings.add(at.child("imagePullSecrets").index(i).child("name") + ": invalid empty name \"\"");
            }
        }
        fractions(spec, "overhead", at);
        if (!spec.object("securityContext").has("seccompProfile")) {
            seccomp(Profiles.SECCOMP_POD);
        }
        Containers.each(spec, at, this::container);
        PortWarnings.add(spec, at, warnings);
        if (spec.integer("terminationGracePeriodSeconds") < 0) {
            warnings.add(at.child("terminationGracePeriodSeconds")
                    + ": must be >= 0; negative values are invalid and will be treated as 1");
        }
        affinity();
        addresses();
        return warnings;
    }

    private void nodeLabels() {
        FieldPath selector = at.child("nodeSelector");
        for (String key : spec.object("nodeSelector").names()) {
            NodeLabels.advice(key).ifPresent(message -> warnings.add(selector.key(key) + ": " + message));
        }
        ObjectValue node = spec.object("affinity").object("nodeAffinity");
        if (node.isEmpty()) {
            return;
        }
        FieldPath affinity = at.child("affinity").child("nodeAffinity");
        List<ObjectValue> terms =
                node.object(REQUIRED).list("nodeSelectorTerms").objects();
        for (int i = 0; i < terms.size(); i++) {
            NodeLabels.warnOfTerm(
                    terms.get(i),
                    false,
                    affinity.child(REQUIRED).child("nodeSelectorTerms").index(i),
                    warnings);
        }
        List<ObjectValue> preferred = node.list(PREFERRED).objects();
        for (int i = 0; i < preferred.size(); i++) {
            NodeLabels.warnOfTerm(
                    preferred.get(i).object("preference"),
                    true,
                    affinity.child(PREFERRED).index(i).child("preference"),
                    warnings);
        }
    }

    private void spread() {
        List<ObjectValue> constraints = spec.list("topologySpreadConstraints").objects();
        for (int i = 0; i < constraints.size(); i++) {
            FieldPath here = at.child("topologySpreadConstraints").index(i);
            NodeLabels.warnOfKey(constraints.get(i).string("topologyKey"), here.child("topologyKey"), warnings);
            if (!constraints.get(i).has("labelSelector")) {
                warnings.add(here.child("labelSelector") + NO_SELECTOR);
            }
        }
    }

    private void annotations() {
        for (List<String> old : OLD_ANNOTATIONS) {
            if (metadata.object("annotations").has(old.getFirst())) {
                warnings.add(metadataPath.key(old.getFirst()) + ": " + old.getLast());
            }
        }
    }

    private void seccomp(String key) {
        if (metadata.object("annotations").has(key)) {
            warnings.add(
                    metadataPath.key(key) + ": non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
    }

    private void duplicates(String list, String field, String words) {
        List<ObjectValue> items = spec.list(list).objects();
        var seen = new HashSet<String>();
        for (int i = 0; i < items.size(); i++) {
            String text = items.get(i).string(field);
            if (!seen.add(text)) {
                warnings.add(at.child(list).index(i).child(field) + ": " + words + " \"" + text + "\"");
            }
        }
    }

    private void container(ObjectValue container, FieldPath here) {
        ObjectValue security = container.object("securityContext");
        String name = container.string("name");
        if (!security.has("seccompProfile")) {
            seccomp(Profiles.SECCOMP_CONTAINER + name);
        }
        appArmor(security, Profiles.APP_ARMOR_CONTAINER + name);
        ObjectValue resources = container.object("resources");
        FieldPath path = here.child("resources");
        for (String resource : List.of("memory", "ephemeral-storage")) {
            fraction(resources.object("limits"), resource, path.child("limits"));
            fraction(resources.object("requests"), resource, path.child("requests"));
        }
        variables(container.list("env").objects(), here.child("env"));
    }

    /** For pods the field has been set from the annotation by now; templates are left as they are. */
    private void appArmor(ObjectValue security, String key) {
        ObjectValue annotations = metadata.object("annotations");
        if (!annotations.has(key) || (template && security.has("appArmorProfile"))) {
            return;
        }
        Optional<ObjectValue> said = Profiles.appArmorField(annotations.string(key));
        ObjectValue pod = spec.object("securityContext");
        boolean same = said.isPresent() && pod.valueOrNull("appArmorProfile").equals(said.get());
        if (!same) {
            warnings.add(metadataPath.key(key) + ": deprecated since v1.30; use the \"appArmorProfile\" field instead");
        }
    }

    private void fractions(ObjectValue owner, String field, FieldPath path) {
        fraction(owner.object(field), "memory", path.child(field));
        fraction(owner.object(field), "ephemeral-storage", path.child(field));
    }

    private void fraction(ObjectValue amounts, String resource, FieldPath path) {
        if (!amounts.has(resource)) {
            return;
        }
        Quantity amount = Quantity.read(amounts.valueOrNull(resource));
        if (Amounts.isFractional(amount)) {
            warnings.add(
                    path.key(resource) + ": fractional byte value \"" + amount + "\" is invalid, must be an integer");
        }
    }

    /** A second definition of a variable is fine only where it builds on the first. */
    private void variables(List<ObjectValue> variables, FieldPath path) {
        if (variables.size() < 2) {
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < variables.size(); i++) {
            String name = variables.get(i).string("name");
            if (seen.add(name)) {
                continue;
            }
            String reference = "$(" + name + ")";
            String value = variables.get(i).string("value");
            boolean builds = value.contains(reference) && !value.equals(reference);
            if (variables.get(i).has("valueFrom") || !builds) {
                warnings.add(path.index(i) + ": hides previous definition of \"" + name
                        + "\", which may be dropped when using apply");
            }
        }
    }

    private void affinity() {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            ObjectValue affinity = spec.object("affinity").object(kind);
            FieldPath path = at.child("affinity").child(kind);
            List<ObjectValue> required = affinity.list(REQUIRED).objects();
            for (int i = 0; i < required.size(); i++) {
                if (!required.get(i).has("labelSelector")) {
                    warnings.add(path.child(REQUIRED).index(i).child("labelSelector") + NO_SELECTOR);
                }
            }
            List<ObjectValue> preferred = affinity.list(PREFERRED).objects();
            for (int i = 0; i < preferred.size(); i++) {
                if (!preferred.get(i).object("podAffinityTerm").has("labelSelector")) {
                    warnings.add(
                            path.child(PREFERRED).index(i).child("podAffinityTerm", "labelSelector") + NO_SELECTOR);
                }
            }
        }
    }

    private void addresses() {
        List<String> servers = spec.object("dnsConfig").list("nameservers").strings();
        for (int i = 0; i < servers.size(); i++) {
            IpAddress.warning(
                            servers.get(i),
                            at.child("dnsConfig").child("nameservers").index(i))
                    .ifPresent(warnings::add);
        }
        List<ObjectValue> aliases = spec.list("hostAliases").objects();
        for (int i = 0; i < aliases.size(); i++) {
            IpAddress.warning(
                            aliases.get(i).string("ip"),
                            at.child("hostAliases").index(i).child("ip"))
                    .ifPresent(warnings::add);
        }
    }
}
