package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * References of a pod to its own fields and amounts.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/pods/downward-api/">Downward API</a>
 */
final class DownwardApi {
    /** Fields of pods that can be selected by; only some of them may be referred to. */
    private static final Set<String> KNOWN = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final List<String> AMOUNTS = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");
    private static final Set<String> CPU_DIVISORS = Set.of("1m", "1");
    private static final Set<String> BYTE_DIVISORS =
            Set.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
    private static final String BYTES_ONLY =
            "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the ";

    private DownwardApi() {}

    /** @param allowed the fields that may be referred to here; labels and annotations always by key */
    static void field(ObjectValue reference, Set<String> allowed, FieldPath at, Checks checks) {
        String version = reference.string("apiVersion");
        String path = reference.string("fieldPath");
        if (version.isEmpty()) {
            checks.required(at.child("apiVersion"));
            return;
        }
        if (path.isEmpty()) {
            checks.required(at.child("fieldPath"));
            return;
        }
        int close = path.endsWith("']") ? path.length() - 2 : -1;
        int open = close < 0 ? -1 : path.substring(0, close).indexOf("['");
        boolean keyed = open > 0;
        String map = keyed ? path.substring(0, open) : path;
        String fault = unknown(version, path, map, keyed);
        if (!fault.isEmpty()) {
            checks.invalid(at.child("fieldPath"), path, "error converting fieldPath: " + fault);
        } else if (keyed) {
            String key = path.substring(open + 2, close);
            checks.problems(
                    at,
                    map.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key,
                    Labels.key(map.equals("metadata.annotations") ? key.toLowerCase(Locale.ROOT) : key));
        } else if (!allowed.contains(renamed(path))) {
            checks.notSupported(
                    at.child("fieldPath"),
                    renamed(path),
                    allowed.stream().sorted().toList());
        }
    }

    /** The old name of one field, from clients of long ago. */
    private static String renamed(String path) {
        return path.equals("spec.host") ? "spec.nodeName" : path;
    }

    private static String unknown(String version, String path, String map, boolean keyed) {
        if (!version.equals("v1")) {
            return "unsupported pod version: " + version;
        }
        if (keyed) {
            return map.equals("metadata.annotations") || map.equals("metadata.labels")
                    ? ""
                    : "field label does not support subscript: " + path;
        }
        return KNOWN.contains(renamed(path)) ? "" : "field label not supported: " + path;
    }

    /** @param named whether the container must be named, as in a volume, which is no container's own */
    static void resource(ObjectValue reference, boolean named, FieldPath at, Checks checks) {
        String resource = reference.string("resource");
        boolean huge = resource.startsWith("requests.hugepages-") || resource.startsWith("limits.hugepages-");
        if (named && reference.string("containerName").isEmpty()) {
            checks.required(at.child("containerName"));
        } else if (resource.isEmpty()) {
            checks.required(at.child("resource"));
        } else if (!huge && !AMOUNTS.contains(resource)) {
            checks.notSupported(at.child("resource"), resource, AMOUNTS);
        }
        Quantity divisor = Quantity.read(reference.valueOrNull("divisor"));
        if (divisor.isZero()) {
            return;
        }
        String kind =
                huge ? "hugepages" : AMOUNTS.contains(resource) ? resource.substring(resource.indexOf('.') + 1) : "";
        switch (kind) {
            case "cpu" -> {
                if (!CPU_DIVISORS.contains(divisor.toString())) {
                    checks.invalid(
                            at.child("divisor"),
                            resource,
                            "only divisor's values 1m and 1 are supported with the cpu resource");
                }
            }
            case "" -> {}
            default -> {
                String words = kind.equals("ephemeral-storage") ? "local ephemeral storage" : kind;
                if (!BYTE_DIVISORS.contains(divisor.toString())) {
                    checks.invalid(at.child("divisor"), resource, BYTES_ONLY + words + " resource");
                }
            }
        }
    }
}
