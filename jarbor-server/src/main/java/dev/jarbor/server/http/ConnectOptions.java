package dev.jarbor.server.http;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What a URL asks of a connection, as the object that admission reviews: PodExecOptions, PodAttachOptions,
 * PodPortForwardOptions, and the options of the proxies.
 */
final class ConnectOptions {
    private ConnectOptions() {}

    /** @param path what follows {@code proxy} in the URL */
    static ObjectValue of(String subresource, GroupVersionKind kind, String path, RequestHead head) {
        var options = ObjectValue.builder().put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        switch (subresource) {
            case "exec", "attach" -> {
                for (String stream : List.of("stdin", "stdout", "stderr", "tty")) {
                    if (head.query().bool(stream)) {
                        options.put(stream, true);
                    }
                }
                if (!head.query().string("container").isEmpty()) {
                    options.put("container", head.query().string("container"));
                }
                if (subresource.equals("exec") && !head.parameter("command").isEmpty()) {
                    options.put("command", ListValue.ofStrings(head.parameter("command")));
                }
            }
            case "portforward" -> {
                List<Value> ports = ports(head.parameter("ports"));
                if (!ports.isEmpty()) {
                    options.put("ports", ListValue.of(ports));
                }
            }
            default -> {
                if (!path.isEmpty()) {
                    options.put("path", path);
                }
            }
        }
        return options.build();
    }

    /** What is no number is refused where the ports are used. */
    private static List<Value> ports(List<String> texts) {
        var ports = new ArrayList<Value>();
        for (String text : texts) {
            for (String port : text.split(",", -1)) {
                if (port.matches("[0-9]{1,5}")) {
                    ports.add(Value.of(Long.parseLong(port)));
                }
            }
        }
        return ports;
    }
}
