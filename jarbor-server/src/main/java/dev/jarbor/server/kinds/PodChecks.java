package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a pod's spec must look like, in a pod and in every template of one. */
final class PodChecks {
    private final Checks checks;
    private final Set<String> volumes = new HashSet<>();
    private final Set<String> containers = new HashSet<>();

    private PodChecks(Checks checks) {
        this.checks = checks;
    }

    /** Checks a pod's spec at {@code path}. */
    static void spec(ObjectValue spec, FieldPath path, Checks checks) {
        new PodChecks(checks).check(spec, path);
    }

    /** Checks a workload's template, which must restart as {@code policies} allow. */
    static void template(ObjectValue spec, Checks checks, String... policies) {
        FieldPath path = FieldPath.of("spec", "template");
        ObjectValue template = spec.object("template");
        spec(template.object("spec"), path.child("spec"), checks);
        String policy = template.object("spec").string("restartPolicy");
        if (!policy.isEmpty() && !List.of(policies).contains(policy)) {
            checks.add(FieldError.notSupported(path.child("spec", "restartPolicy"), policy, List.of(policies)));
        }
        labels(template.object("metadata").object("labels"), path.child("labels"), checks);
    }

    static void labels(ObjectValue labels, FieldPath path, Checks checks) {
        for (int i = 0; i < labels.size(); i++) {
            String key = labels.name(i);
            Labels.key(key).forEach(problem -> checks.add(FieldError.invalid(path, key, problem)));
            String value = labels.value(i).toString();
            Labels.value(value).forEach(problem -> checks.add(FieldError.invalid(path, value, problem)));
        }
    }

    private void check(ObjectValue spec, FieldPath path) {
        volumes(spec, path.child("volumes"));
        List<ObjectValue> all = spec.list("containers").objects();
        if (all.isEmpty()) {
            checks.add(FieldError.required(path.child("containers"), ""));
        }
        containers(all, path.child("containers"), false);
        containers(spec.list("initContainers").objects(), path.child("initContainers"), true);
        ephemeral(spec.list("ephemeralContainers").objects(), path.child("ephemeralContainers"));
        checks.oneOf(spec, "restartPolicy", path, "Always", "OnFailure", "Never");
        checks.oneOf(spec, "dnsPolicy", path, "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
        checks.notNegative(spec, "terminationGracePeriodSeconds", path);
        checks.positive(spec, "activeDeadlineSeconds", path);
        labels(spec.object("nodeSelector"), path.child("nodeSelector"), checks);
        name(spec, "serviceAccountName", path, false);
        name(spec, "nodeName", path, false);
        name(spec, "hostname", path, true);
        name(spec, "subdomain", path, true);
        tolerations(spec, path.child("tolerations"));
    }

    private void name(ObjectValue spec, String field, FieldPath path, boolean label) {
        String name = spec.string(field);
        if (!name.isEmpty() && label) {
            checks.dnsLabel(name, path.child(field));
        } else if (!name.isEmpty()) {
            checks.dnsSubdomain(name, path.child(field));
        }
    }

    private void tolerations(ObjectValue spec, FieldPath path) {
        List<ObjectValue> tolerations = spec.list("tolerations").objects();
        for (int i = 0; i < tolerations.size(); i++) {
            ObjectValue toleration = tolerations.get(i);
            FieldPath here = path.index(i);
            String key = toleration.string("key");
            if (!key.isEmpty()) {
                Labels.key(key).forEach(problem -> checks.add(FieldError.invalid(here.child("key"), key, problem)));
            } else if (!toleration.string("operator").equals("Exists")) {
                checks.add(FieldError.invalid(
                        here.child("operator"),
                        toleration.string("operator"),
                        "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
            }
            if (toleration.has("tolerationSeconds")
                    && !toleration.string("effect").equals("NoExecute")) {
                checks.add(FieldError.invalid(
                        here.child("effect"),
                        toleration.string("effect"),
                        "effect must be 'NoExecute' when `tolerationSeconds` is set"));
            }
            checks.oneOfIfSet(toleration, "operator", here, "Equal", "Exists");
            checks.oneOfIfSet(toleration, "effect", here, "NoSchedule", "PreferNoSchedule", "NoExecute");
        }
    }

    private void volumes(ObjectValue spec, FieldPath path) {
        List<ObjectValue> all = spec.list("volumes").objects();
        for (int i = 0; i < all.size(); i++) {
            ObjectValue volume = all.get(i);
            FieldPath here = path.index(i);
            String name = volume.string("name");
            if (checks.required(volume, "name", here)) {
                checks.dnsLabel(name, here.child("name"));
                if (!volumes.add(name)) {
                    checks.add(FieldError.duplicate(here.child("name"), name));
                }
            }
            if (volume.size() > 2) {
                volume.names().stream()
                        .filter(field -> !field.equals("name"))
                        .skip(1)
                        .forEach(field -> checks.add(
                                FieldError.forbidden(here.child(field), "may not specify more than 1 volume type")));
            }
            source(volume, here);
        }
    }

    private void source(ObjectValue volume, FieldPath here) {
        if (volume.has("secret")) {
            checks.required(volume.object("secret"), "secretName", here.child("secret"));
        }
        if (volume.has("configMap")) {
            checks.required(volume.object("configMap"), "name", here.child("configMap"));
        }
        if (volume.has("persistentVolumeClaim")) {
            checks.required(volume.object("persistentVolumeClaim"), "claimName", here.child("persistentVolumeClaim"));
        }
        if (volume.has("hostPath")) {
            checks.required(volume.object("hostPath"), "path", here.child("hostPath"));
            if (volume.object("hostPath").string("path").contains("..")) {
                checks.add(FieldError.invalid(
                        here.child("hostPath", "path"),
                        volume.object("hostPath").string("path"),
                        "must not contain '..'"));
            }
        }
        if (volume.has("nfs")) {
            checks.required(volume.object("nfs"), "server", here.child("nfs"));
            checks.required(volume.object("nfs"), "path", here.child("nfs"));
        }
    }

    /** Containers that are put into a running pod to look at it share its names and have few rights of their own. */
    private void ephemeral(List<ObjectValue> all, FieldPath path) {
        for (int i = 0; i < all.size(); i++) {
            ObjectValue container = all.get(i);
            FieldPath here = path.index(i);
            String name = container.string("name");
            if (checks.required(container, "name", here)) {
                checks.dnsLabel(name, here.child("name"));
                if (!containers.add(name)) {
                    checks.add(FieldError.duplicate(here.child("name"), name));
                }
            }
            checks.required(container, "image", here);
            for (String field : List.of("ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle")) {
                if (container.has(field)) {
                    checks.add(FieldError.forbidden(here.child(field), "cannot be set for an Ephemeral Container"));
                }
            }
        }
    }

    private void containers(List<ObjectValue> all, FieldPath path, boolean init) {
        for (int i = 0; i < all.size(); i++) {
            ObjectValue container = all.get(i);
            FieldPath here = path.index(i);
            String name = container.string("name");
            if (checks.required(container, "name", here)) {
                checks.dnsLabel(name, here.child("name"));
                if (!containers.add(name)) {
                    checks.add(FieldError.duplicate(here.child("name"), name));
                }
            }
            new ContainerChecks(container, here, init, checks).check(volumes);
        }
        ContainerChecks.hostPorts(all, path, checks);
    }
}
