package dev.jarbor.controllers.servicecidr;

import dev.jarbor.api.networking.v1.IPAddress;
import dev.jarbor.api.networking.v1.ServiceCIDR;
import dev.jarbor.controllers.common.AddressBlock;
import java.util.Collection;
import java.util.List;

/** Whether addresses would be in no range any more if one of the ranges went. Pure. */
final class Orphans {
    private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    private static final String ALLOCATOR = "ipallocator.k8s.io";

    private Orphans() {}

    /**
     * Whether an address that a Service was given is in {@code going} and in none of the others. Ranges that go, too, do not
     * count: each would wait for the other, and then both would be gone.
     */
    static boolean areLeftBy(ServiceCIDR going, Collection<ServiceCIDR> all, Collection<IPAddress> addresses) {
        List<AddressBlock> own = blocks(going);
        List<AddressBlock> others = all.stream()
                .filter(range -> !range.name().equals(going.name()))
                .filter(range -> !range.metadata().hasDeletionTimestamp())
                .flatMap(range -> blocks(range).stream())
                .toList();
        if (own.stream().allMatch(block -> isIn(others, block))) {
            return false;
        }
        return addresses.stream()
                .filter(address -> ALLOCATOR.equals(address.metadata().labels().get(MANAGED_BY)))
                .flatMap(address -> AddressBlock.parse(address.name()).stream())
                .anyMatch(address -> isIn(own, address) && !isIn(others, address));
    }

    private static boolean isIn(List<AddressBlock> blocks, AddressBlock one) {
        return blocks.stream().anyMatch(block -> block.contains(one));
    }

    static boolean overlap(ServiceCIDR one, ServiceCIDR other) {
        List<AddressBlock> blocks = blocks(other);
        return blocks(one).stream()
                .anyMatch(block -> blocks.stream().anyMatch(b -> b.contains(block) || block.contains(b)));
    }

    static boolean contains(ServiceCIDR range, IPAddress address) {
        return AddressBlock.parse(address.name())
                .filter(one -> isIn(blocks(range), one))
                .isPresent();
    }

    private static List<AddressBlock> blocks(ServiceCIDR range) {
        return range.spec().cidrs().stream()
                .flatMap(text -> AddressBlock.parse(text).stream())
                .toList();
    }
}
