package dev.jarbor.node.simulated;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Hands out the addresses of an IPv4 range one after the other, from .2 on, and takes them back. */
final class AddressPool {
    private final int first;
    private final int count;
    private final ConcurrentHashMap<Integer, Boolean> taken = new ConcurrentHashMap<>();
    private int next;

    /** @param cidr such as {@code 10.42.0.0/24} */
    AddressPool(String cidr) {
        int slash = cidr.indexOf('/');
        String[] parts = cidr.substring(0, slash).split("\\.", -1);
        int base = 0;
        for (String part : parts) {
            base = base << 8 | Integer.parseInt(part);
        }
        int bits = Integer.parseInt(cidr.substring(slash + 1));
        if (parts.length != 4 || bits < 8 || bits > 29) {
            throw new IllegalArgumentException("not an IPv4 range of 8 to 29 bits: " + cidr);
        }
        this.first = base + 2;
        this.count = (1 << (32 - bits)) - 3;
    }

    /** An address that nobody has; empty when there is none. */
    synchronized Optional<String> take() {
        for (int tried = 0; tried < count; tried++) {
            int candidate = next;
            next = (next + 1) % count;
            if (taken.putIfAbsent(candidate, true) == null) {
                return Optional.of(text(first + candidate));
            }
        }
        return Optional.empty();
    }

    /** Marks an address as taken; one of another range is nobody's concern here. */
    synchronized void claim(String address) {
        for (int index = 0; index < count; index++) {
            if (text(first + index).equals(address)) {
                taken.put(index, true);
                return;
            }
        }
    }

    synchronized void giveBack(String address) {
        for (int index = 0; index < count; index++) {
            if (text(first + index).equals(address)) {
                taken.remove(index);
                return;
            }
        }
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }
}
