package dev.jarbor.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;

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

    /** Writes what they read, or corrects it. */
    void publish(String authorityPem) {
        ObjectValue data = ObjectValue.builder()
                .put("client-ca-file", authorityPem)
                .put("requestheader-allowed-names", "[\"" + FRONT_PROXY + "\"]")
                .put("requestheader-client-ca-file", authorityPem)
                .put("requestheader-extra-headers-prefix", "[\"X-Remote-Extra-\"]")
                .put("requestheader-group-headers", "[\"X-Remote-Group\"]")
                .put("requestheader-uid-headers", "[\"X-Remote-Uid\"]")
                .put("requestheader-username-headers", "[\"X-Remote-User\"]")
                .build();
        ObjectValue metadata =
                ObjectValue.EMPTY.with("namespace", KEY.namespace()).with("name", KEY.name());
        var wanted = new ConfigMap(ObjectValue.EMPTY.with("metadata", metadata).with("data", data));
        if (api.find(ConfigMap.KIND, KEY).isPresent()) {
            api.update(ConfigMap.KIND, wanted);
        } else {
            api.create(ConfigMap.KIND, wanted);
        }
    }
}
