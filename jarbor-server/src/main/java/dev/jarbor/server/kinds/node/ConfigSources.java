package dev.jarbor.server.kinds.node;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;

/** Where a node's agent once took its configuration from; checked only in nodes that still say so. */
final class ConfigSources {
    private ConfigSources() {}

    static void ofSpec(ObjectValue source, FieldPath at, Checks checks) {
        one(source, at, checks, (map, here) -> {
            for (String field : List.of("uid", "resourceVersion")) {
                if (!map.string(field).isEmpty()) {
                    checks.forbidden(here.child(field), field + " must not be set in spec");
                }
            }
        });
    }

    static void ofStatus(ObjectValue status, FieldPath at, Checks checks) {
        for (String part : List.of("assigned", "active", "lastKnownGood")) {
            if (status.has(part)) {
                one(status.object(part), at.child(part), checks, (map, here) -> {
                    for (String field : List.of("uid", "resourceVersion")) {
                        checks.required(map, field, here, field + " must be set in status");
                    }
                });
            }
        }
    }

    private interface Extra {
        void check(ObjectValue map, FieldPath at);
    }

    private static void one(ObjectValue source, FieldPath at, Checks checks, Extra extra) {
        if (!source.has("configMap")) {
            checks.invalid(at, source, "exactly one reference subfield must be non-nil");
            return;
        }
        ObjectValue map = source.object("configMap");
        FieldPath here = at.child("configMap");
        extra.check(map, here);
        if (checks.required(map, "namespace", here, "namespace must be set")) {
            checks.dnsLabel(map.string("namespace"), here.child("namespace"));
        }
        if (checks.required(map, "name", here, "name must be set")) {
            checks.dnsSubdomain(map.string("name"), here.child("name"));
        }
        if (checks.required(map, "kubeletConfigKey", here, "kubeletConfigKey must be set")) {
            String key = map.string("kubeletConfigKey");
            checks.problems(here.child("kubeletConfigKey"), key, Names.configMapKey(key));
        }
    }
}
