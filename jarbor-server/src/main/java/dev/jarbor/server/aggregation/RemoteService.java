package dev.jarbor.server.aggregation;

import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An APIService that somebody else answers for.
 *
 * @param namespace of the Service that answers
 * @param service the Service's name
 * @param port the Service's port
 * @param caBundle PEM certificates of who must have signed its certificate; "" for the system's authorities
 * @param unverified whether its certificate is not looked at
 * @param available whether it answered when it was last asked
 * @see <a href="https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/">Kubernetes
 *     API Aggregation Layer</a>
 */
public record RemoteService(
        String group,
        String version,
        String namespace,
        String service,
        int port,
        String caBundle,
        boolean unverified,
        boolean available) {
    static final String STORAGE = "apiservices.apiregistration.k8s.io";
    private static final int HTTPS = 443;

    /** Reads an APIService that names a Service. */
    static RemoteService read(ObjectValue object) {
        ObjectValue spec = object.object("spec");
        ObjectValue service = spec.object("service");
        return new RemoteService(
                spec.string("group"),
                spec.string("version"),
                service.string("namespace"),
                service.string("name"),
                service.has("port") ? (int) service.integer("port") : HTTPS,
                decoded(spec.string("caBundle")),
                spec.bool("insecureSkipTLSVerify"),
                condition(object).string("status").equals("True"));
    }

    /** The condition that says whether it answers; empty where nobody has looked yet. */
    static ObjectValue condition(ObjectValue object) {
        return object.object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("Available"))
                .findFirst()
                .orElse(ObjectValue.EMPTY);
    }

    private static String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException malformed) {
            return base64;
        }
    }

    /** The name that its certificate must be for. */
    public String serverName() {
        return service + "." + namespace + ".svc";
    }

    /** Where it tells which resources it has. */
    String discoveryPath() {
        return group.isEmpty() ? "/api/" + version : "/apis/" + group + "/" + version;
    }
}
