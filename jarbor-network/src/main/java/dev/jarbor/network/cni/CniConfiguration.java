package dev.jarbor.network.cni;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;

/**
 * The network configuration list that the container runtime hands to the CNI plugins (CNI specification 1.0.0). Masquerading
 * and host ports are left to our own rules, so neither {@code ipMasq} nor the portmap plugin is used, and no iptables.
 */
final class CniConfiguration {
    /** The network's name; host-local keeps a folder of this name. */
    static final String NETWORK = "jarbor";

    static final String BRIDGE = "jarbor0";

    private CniConfiguration() {}

    static ObjectValue of(PodNetworkSettings settings, int mtu) {
        ObjectValue plugin = switch (settings.kind()) {
            case ROUTED -> ObjectValue.EMPTY.with("type", "ptp").with("ipam", addresses(settings, true));
            case BRIDGED ->
                ObjectValue.EMPTY
                        .with("type", "bridge")
                        .with("bridge", BRIDGE)
                        .with("isDefaultGateway", true)
                        // else a pod cannot reach itself through a Service
                        .with("hairpinMode", true)
                        .with("ipam", addresses(settings, false));
        };
        return ObjectValue.EMPTY
                .with("cniVersion", "1.0.0")
                .with("name", NETWORK)
                .with("plugins", ListValue.of(plugin.with("ipMasq", false).with("mtu", mtu)));
    }

    private static ObjectValue addresses(PodNetworkSettings settings, boolean defaultRoute) {
        ObjectValue range = ObjectValue.EMPTY
                .with("subnet", settings.pods().toString())
                .with("gateway", settings.pods().address(1).toString());
        ObjectValue ipam = ObjectValue.EMPTY
                .with("type", "host-local")
                .with("dataDir", settings.addresses().toString())
                .with("ranges", ListValue.of(ListValue.of(range)));
        Value routes = ListValue.of(ObjectValue.EMPTY.with("dst", "0.0.0.0/0"));
        return defaultRoute ? ipam.with("routes", routes) : ipam;
    }
}
