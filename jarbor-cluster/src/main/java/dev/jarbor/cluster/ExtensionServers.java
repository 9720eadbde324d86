package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.server.auth.RequestHeaders;
import dev.jarbor.server.tls.Pem;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells API servers behind this one whom to believe: whose client certificates name users, and by which certificate and
 * headers the front proxy does.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/#kubernetes-apiserver-client-authentication">Configure
 *     the Aggregation Layer</a>
 */
final class ExtensionServers {
    /** The name in the certificate that the front proxy shows. */
    static final String FRONT_PROXY = "front-proxy-client";

    private static final ObjectKey KEY = new ObjectKey("kube-system", "extension-apiserver-authentication");

    private final Api api;

    ExtensionServers(Api api) {
        this.api = api;
    }

    /**
     * Writes what they read, or corrects it.
     *
     * @param clientAuthorities PEM
     * @param proxies who are believed; nothing is said of them where nobody is
     */
    void publish(String clientAuthorities, RequestHeaders proxies) {
        ObjectValue.Builder data = ObjectValue.builder().put("client-ca-file", clientAuthorities);
        if (!proxies.authorities().isEmpty()) {
            data.put("requestheader-client-ca-file", pem(proxies.authorities()))
                    .put("requestheader-allowed-names", list(proxies.allowedNames()))
                    .put("requestheader-extra-headers-prefix", list(proxies.extraPrefixes()))
                    .put("requestheader-group-headers", list(proxies.groups()))
                    .put("requestheader-uid-headers", list(proxies.uids()))
                    .put("requestheader-username-headers", list(proxies.usernames()));
        }
        ObjectValue metadata =
                ObjectValue.EMPTY.with("namespace", KEY.namespace()).with("name", KEY.name());
        var wanted = new ConfigMap(ObjectValue.EMPTY.with("metadata", metadata).with("data", data.build()));
        if (api.find(ConfigMap.KIND, KEY).isEmpty()) {
            try {
                api.create(ConfigMap.KIND, wanted);
                return;
            } catch (ApiException refused) {
                // Another server of the same cluster may be starting.
                if (!refused.isAlreadyExists()) {
                    throw refused;
                }
            }
        }
        api.update(ConfigMap.KIND, wanted);
    }

    static String pem(List<X509Certificate> certificates) {
        return certificates.stream().map(Pem::of).collect(Collectors.joining());
    }

    private static String list(List<String> texts) {
        return Json.text(ListValue.ofStrings(texts));
    }

    /** How a cluster's own proxy names users, by certificates of these authorities. */
    static RequestHeaders ownProxy(List<X509Certificate> authorities) {
        return new RequestHeaders(
                authorities,
                List.of(FRONT_PROXY),
                List.of("X-Remote-User"),
                List.of("X-Remote-Uid"),
                List.of("X-Remote-Group"),
                List.of("X-Remote-Extra-"));
    }
}
