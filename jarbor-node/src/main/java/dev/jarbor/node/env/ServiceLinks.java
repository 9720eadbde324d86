package dev.jarbor.node.env;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServicePort;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The variables that tell containers of services: {@code REDIS_SERVICE_HOST}, {@code REDIS_SERVICE_PORT} and the older
 * Docker links (Kubernetes: Service, "Discovering services: environment variables").
 */
public final class ServiceLinks {
    private ServiceLinks() {}

    /**
     * @param services the services of the pod's namespace
     * @param defaults those of the cluster's first namespace, of which {@code kubernetes} is known everywhere
     * @param all whether {@code enableServiceLinks} holds; otherwise only {@code kubernetes} is told of
     */
    public static SortedMap<String, String> of(List<Service> services, List<Service> defaults, boolean all) {
        var told = new TreeMap<String, Service>();
        defaults.stream()
                .filter(service -> service.name().equals("kubernetes"))
                .forEach(service -> told.put(service.name(), service));
        if (all) {
            services.forEach(service -> told.put(service.name(), service));
        }
        var variables = new TreeMap<String, String>();
        told.values().stream().filter(ServiceLinks::hasAddress).forEach(service -> tell(service, variables));
        return variables;
    }

    private static boolean hasAddress(Service service) {
        String ip = service.spec().clusterIP();
        return !ip.isEmpty() && !ip.equals("None") && !service.spec().ports().isEmpty();
    }

    private static void tell(Service service, Map<String, String> variables) {
        String prefix = word(service.name());
        String host = service.spec().clusterIP();
        List<ServicePort> ports = service.spec().ports();
        variables.put(prefix + "_SERVICE_HOST", host);
        variables.put(prefix + "_SERVICE_PORT", Integer.toString(ports.get(0).port()));
        variables.put(prefix + "_PORT", url(ports.get(0), host));
        for (ServicePort port : ports) {
            if (!port.name().isEmpty()) {
                variables.put(prefix + "_SERVICE_PORT_" + word(port.name()), Integer.toString(port.port()));
            }
            String link = prefix + "_PORT_" + port.port() + "_" + protocol(port).toUpperCase(Locale.ROOT);
            variables.put(link, url(port, host));
            variables.put(link + "_PROTO", protocol(port));
            variables.put(link + "_PORT", Integer.toString(port.port()));
            variables.put(link + "_ADDR", host);
        }
    }

    private static String url(ServicePort port, String host) {
        String address = host.contains(":") ? "[" + host + "]" : host;
        return protocol(port) + "://" + address + ":" + port.port();
    }

    private static String protocol(ServicePort port) {
        return port.protocol().isEmpty() ? "tcp" : port.protocol().toLowerCase(Locale.ROOT);
    }

    private static String word(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
