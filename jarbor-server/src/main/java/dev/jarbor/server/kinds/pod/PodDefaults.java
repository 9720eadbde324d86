package dev.jarbor.server.kinds.pod;

import static dev.jarbor.server.kinds.rules.Edits.absent;
import static dev.jarbor.server.kinds.rules.Edits.each;
import static dev.jarbor.server.kinds.rules.Edits.inside;
import static dev.jarbor.server.kinds.rules.Edits.positive;
import static dev.jarbor.server.kinds.rules.Edits.text;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Amounts;
import dev.jarbor.server.kinds.rules.Images;
import java.util.Set;

/**
 * What the reference fills in where a pod, or the template of one, leaves it open.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod</a>
 */
public final class PodDefaults {
    private static final int FILE_MODE = 0644;
    private static final int TOKEN_SECONDS = 3600;

    /** Fields of a volume that are not its source. */
    private static final Set<String> NO_SOURCE = Set.of("name");

    private PodDefaults() {}

    /** Defaults of the object under {@code template}, as Deployments and their like hold one. */
    public static ObjectValue template(ObjectValue spec) {
        return inside(spec, "template", template -> inside(template, "spec", PodDefaults::spec));
    }

    /** Defaults that pods and templates share. */
    static ObjectValue spec(ObjectValue spec) {
        spec = text(spec, "dnsPolicy", "ClusterFirst");
        spec = text(spec, "restartPolicy", "Always");
        spec = text(spec, "schedulerName", "default-scheduler");
        spec = absent(spec, "securityContext", ObjectValue.EMPTY);
        spec = absent(spec, "terminationGracePeriodSeconds", 30);
        spec = serviceAccount(spec);
        spec = rounded(spec, "overhead");
        spec = inside(spec, "resources", PodDefaults::resources);
        spec = each(spec, "volumes", PodDefaults::volume);
        spec = each(spec, "initContainers", PodDefaults::container);
        spec = each(spec, "containers", PodDefaults::container);
        return each(spec, "ephemeralContainers", PodDefaults::container);
    }

    /** {@code serviceAccount} is the old name of {@code serviceAccountName}; both are always shown, with one value. */
    private static ObjectValue serviceAccount(ObjectValue spec) {
        String name = spec.string("serviceAccountName");
        if (name.isEmpty()) {
            name = spec.string("serviceAccount");
        }
        return name.isEmpty()
                        || (spec.string("serviceAccount").equals(name)
                                && spec.string("serviceAccountName").equals(name))
                ? spec
                : spec.with("serviceAccountName", name).with("serviceAccount", name);
    }

    /** Defaults that only a pod itself gets, never a template. */
    static ObjectValue pod(ObjectValue spec) {
        spec = absent(spec, "enableServiceLinks", Value.of(true));
        spec = each(spec, "initContainers", PodDefaults::requestsFromLimits);
        spec = each(spec, "containers", PodDefaults::requestsFromLimits);
        spec = PodResources.withDefaults(spec);
        if (spec.bool("hostNetwork")) {
            spec = each(spec, "initContainers", PodDefaults::hostPorts);
            spec = each(spec, "containers", PodDefaults::hostPorts);
        }
        return spec;
    }

    private static ObjectValue requestsFromLimits(ObjectValue container) {
        return inside(container, "resources", resources -> {
            ObjectValue requests = resources.object("requests");
            ObjectValue limits = resources.object("limits");
            for (int i = 0; i < limits.size(); i++) {
                requests = absent(requests, limits.name(i), limits.value(i));
            }
            return requests.isEmpty() ? resources : resources.with("requests", requests);
        });
    }

    private static ObjectValue hostPorts(ObjectValue container) {
        return each(container, "ports", port -> positive(port, "hostPort", port.integer("containerPort")));
    }

    private static ObjectValue container(ObjectValue container) {
        container = text(container, "imagePullPolicy", Images.pullPolicy(container.string("image")));
        container = text(container, "terminationMessagePath", "/dev/termination-log");
        container = text(container, "terminationMessagePolicy", "File");
        container = absent(container, "resources", ObjectValue.EMPTY);
        container = inside(container, "resources", PodDefaults::resources);
        container = each(container, "ports", port -> text(port, "protocol", "TCP"));
        container = each(container, "env", PodDefaults::variable);
        container = inside(container, "livenessProbe", PodDefaults::probe);
        container = inside(container, "readinessProbe", PodDefaults::probe);
        container = inside(container, "startupProbe", PodDefaults::probe);
        return inside(
                container,
                "lifecycle",
                lifecycle ->
                        inside(inside(lifecycle, "postStart", PodDefaults::handler), "preStop", PodDefaults::handler));
    }

    private static ObjectValue resources(ObjectValue resources) {
        return rounded(rounded(resources, "limits"), "requests");
    }

    private static ObjectValue rounded(ObjectValue owner, String field) {
        return inside(owner, field, Amounts::rounded);
    }

    private static ObjectValue variable(ObjectValue variable) {
        return inside(
                variable,
                "valueFrom",
                source -> inside(
                        inside(source, "fieldRef", PodDefaults::fieldRef),
                        "fileKeyRef",
                        file -> absent(file, "optional", Value.of(false))));
    }

    private static ObjectValue fieldRef(ObjectValue reference) {
        return text(reference, "apiVersion", "v1");
    }

    private static ObjectValue probe(ObjectValue probe) {
        probe = positive(probe, "timeoutSeconds", 1);
        probe = positive(probe, "periodSeconds", 10);
        probe = positive(probe, "successThreshold", 1);
        probe = positive(probe, "failureThreshold", 3);
        probe = inside(probe, "grpc", grpc -> absent(grpc, "service", Value.of("")));
        return handler(probe);
    }

    private static ObjectValue handler(ObjectValue handler) {
        return inside(handler, "httpGet", get -> text(text(get, "path", "/"), "scheme", "HTTP"));
    }

    /** Defaults of one volume: without a source it is an empty directory. */
    private static ObjectValue volume(ObjectValue volume) {
        if (volume.names().stream().allMatch(NO_SOURCE::contains)) {
            return volume.with("emptyDir", ObjectValue.EMPTY);
        }
        volume = inside(volume, "secret", PodDefaults::mode);
        volume = inside(volume, "configMap", PodDefaults::mode);
        volume = inside(volume, "downwardAPI", source -> each(mode(source), "items", PodDefaults::downwardFile));
        volume = inside(volume, "projected", source -> each(mode(source), "sources", PodDefaults::projection));
        volume = inside(volume, "hostPath", source -> absent(source, "type", Value.of("")));
        volume = inside(volume, "image", PodDefaults::imageVolume);
        volume = inside(volume, "iscsi", source -> text(source, "iscsiInterface", "default"));
        volume = inside(volume, "rbd", PodDefaults::rbd);
        volume = inside(volume, "scaleIO", PodDefaults::scaleIo);
        volume = inside(volume, "azureDisk", PodDefaults::azureDisk);
        return inside(volume, "ephemeral", PodDefaults::ephemeral);
    }

    private static ObjectValue mode(ObjectValue source) {
        return absent(source, "defaultMode", FILE_MODE);
    }

    private static ObjectValue downwardFile(ObjectValue file) {
        return inside(file, "fieldRef", PodDefaults::fieldRef);
    }

    private static ObjectValue projection(ObjectValue projection) {
        projection = inside(projection, "downwardAPI", source -> each(source, "items", PodDefaults::downwardFile));
        return inside(projection, "serviceAccountToken", token -> absent(token, "expirationSeconds", TOKEN_SECONDS));
    }

    private static ObjectValue imageVolume(ObjectValue source) {
        return text(source, "pullPolicy", Images.pullPolicy(source.string("reference")));
    }

    private static ObjectValue rbd(ObjectValue source) {
        return text(text(text(source, "pool", "rbd"), "user", "admin"), "keyring", "/etc/ceph/keyring");
    }

    private static ObjectValue scaleIo(ObjectValue source) {
        return text(text(source, "storageMode", "ThinProvisioned"), "fsType", "xfs");
    }

    private static ObjectValue azureDisk(ObjectValue source) {
        source = text(source, "cachingMode", "ReadWrite");
        source = text(source, "fsType", "ext4");
        source = text(source, "kind", "Shared");
        return absent(source, "readOnly", Value.of(false));
    }

    private static ObjectValue ephemeral(ObjectValue source) {
        return inside(
                source,
                "volumeClaimTemplate",
                template -> inside(
                        template,
                        "spec",
                        spec -> inside(text(spec, "volumeMode", "Filesystem"), "resources", PodDefaults::resources)));
    }
}
