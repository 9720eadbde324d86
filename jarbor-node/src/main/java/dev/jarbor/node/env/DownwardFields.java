package dev.jarbor.node.env;

import dev.jarbor.api.core.v1.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The fields of a pod that its containers may read (Kubernetes: Downward API).
 *
 * @param pod the pod as the API has it
 * @param podIps the pod's addresses as the node knows them, before the API does
 * @param hostIps the node's addresses
 */
public record DownwardFields(Pod pod, List<String> podIps, List<String> hostIps) {
    public DownwardFields {
        podIps = List.copyOf(podIps);
        hostIps = List.copyOf(hostIps);
    }

    /** The value of {@code path}; empty where no such field may be read. */
    public Optional<String> read(String path) {
        if (path.endsWith("']")) {
            return subscript(path);
        }
        return switch (path) {
            case "metadata.name" -> Optional.of(pod.name());
            case "metadata.namespace" -> Optional.of(pod.namespace());
            case "metadata.uid" -> Optional.of(pod.metadata().uid());
            case "metadata.labels" -> Optional.of(lines(pod.metadata().labels()));
            case "metadata.annotations" -> Optional.of(lines(pod.metadata().annotations()));
            case "spec.nodeName" -> Optional.of(pod.spec().nodeName());
            case "spec.serviceAccountName" -> Optional.of(pod.spec().serviceAccountName());
            case "status.hostIP" -> Optional.of(hostIps.isEmpty() ? "" : hostIps.get(0));
            case "status.hostIPs" -> Optional.of(String.join(",", hostIps));
            case "status.podIP" -> Optional.of(podIps.isEmpty() ? "" : podIps.get(0));
            case "status.podIPs" -> Optional.of(String.join(",", podIps));
            default -> Optional.empty();
        };
    }

    private Optional<String> subscript(String path) {
        if (path.startsWith("metadata.labels['")) {
            return Optional.of(pod.metadata().labels().getOrDefault(path.substring(17, path.length() - 2), ""));
        }
        if (path.startsWith("metadata.annotations['")) {
            return Optional.of(pod.metadata().annotations().getOrDefault(path.substring(22, path.length() - 2), ""));
        }
        return Optional.empty();
    }

    /** One {@code key="value"} a line, sorted, with the value quoted as Go's %q does. */
    private static String lines(Map<String, String> entries) {
        var text = new StringBuilder();
        new TreeMap<>(entries).forEach((key, value) -> {
            if (text.length() > 0) {
                text.append('\n');
            }
            text.append(key).append("=\"").append(quoted(value)).append('"');
        });
        return text.toString();
    }

    private static String quoted(String value) {
        var text = new StringBuilder();
        value.codePoints().forEach(point -> {
            switch (point) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (point < 0x20 || point == 0x7f) {
                        text.append("\\x%02x".formatted(point));
                    } else {
                        text.appendCodePoint(point);
                    }
                }
            }
        });
        return text.toString();
    }
}
