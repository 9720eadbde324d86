package dev.jarbor.server.discovery;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The documents of discovery before aggregation: one for each group and version (meta/v1 APIGroupList and the like). */
final class LegacyDiscovery {
    private LegacyDiscovery() {}

    static ObjectValue core(Collection<String> versions) {
        return ObjectValue.builder()
                .put("kind", "APIVersions")
                .put("versions", ListValue.ofStrings(List.copyOf(versions)))
                // no address: clients go on with the one they came with
                .put("serverAddressByClientCIDRs", ListValue.EMPTY)
                .build();
    }

    static ObjectValue groups(Map<String, Map<String, List<ResourceDefinition>>> groups) {
        var shown = new ArrayList<ObjectValue>();
        groups.forEach((group, versions) -> shown.add(group(group, versions.keySet(), false)));
        return ObjectValue.builder()
                .put("kind", "APIGroupList")
                .put("apiVersion", "v1")
                .put("groups", ListValue.of(shown))
                .build();
    }

    /** @param versions the preferred one first */
    static ObjectValue group(String group, Collection<String> versions, boolean alone) {
        List<ObjectValue> shown = versions.stream()
                .map(version -> ObjectValue.builder()
                        .put("groupVersion", group + "/" + version)
                        .put("version", version)
                        .build())
                .toList();
        var value = ObjectValue.builder()
                .put("name", group)
                .put("versions", ListValue.of(shown))
                .put("preferredVersion", shown.getFirst());
        if (alone) {
            value.put("kind", "APIGroup").put("apiVersion", "v1");
        }
        return value.build();
    }
}
