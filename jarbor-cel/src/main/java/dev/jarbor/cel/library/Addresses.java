package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.BOOL;
import static dev.jarbor.cel.library.Types.CIDR;
import static dev.jarbor.cel.library.Types.INT;
import static dev.jarbor.cel.library.Types.IP;
import static dev.jarbor.cel.library.Types.STRING;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.cel.value.CelException;
import dev.jarbor.cel.value.Opaque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * IP addresses and networks.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-ip-address-library">IP address library</a>
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cidr-library">CIDR library</a>
 */
final class Addresses {
    private Addresses() {}

    /** A network: an address and how many of its bits count. */
    private record Network(Address address, int length) implements Opaque, Printable {
        /** @throws CelException where {@code text} is none, in the reference's words (net/netip) */
        static Network parse(String text) {
            int slash = text.lastIndexOf('/');
            if (slash < 0) {
                throw wrong(text, "no '/'");
            }
            byte[] bytes;
            try {
                bytes = AddressText.bytes(text.substring(0, slash));
            } catch (CelException malformed) {
                throw wrong(text, String.valueOf(malformed.getMessage()));
            }
            if (text.indexOf('%') >= 0) {
                throw wrong(text, "IPv6 zones cannot be present in a prefix");
            }
            String bits = text.substring(slash + 1);
            if (!bits.matches("[0-9]|[1-9][0-9]{1,17}")) {
                throw wrong(text, "bad bits after slash: " + GoText.quote(bits));
            }
            long length = Long.parseLong(bits);
            if (length > 8L * bytes.length) {
                throw wrong(text, "prefix length out of range");
            }
            if (Address.isMapped(bytes)) {
                throw new CelException("IPv4-mapped IPv6 address " + GoText.quote(text) + " is not allowed");
            }
            return new Network(new Address(bytes), (int) length);
        }

        private static CelException wrong(String text, String what) {
            return new CelException("network address parse error during conversion from string: netip.ParsePrefix("
                    + GoText.quote(text) + "): " + what);
        }

        boolean contains(Address other) {
            return other.bits() == address.bits() && other.masked(length).equals(address.masked(length));
        }

        boolean contains(Network other) {
            return other.length >= length && contains(other.address);
        }

        @Override
        public String typeName() {
            return "net.CIDR";
        }

        @Override
        public String printed() {
            return toString();
        }

        @Override
        public String toString() {
            return address + "/" + length;
        }
    }

    private static boolean isGood(Supplier<?> parse) {
        try {
            var unused = parse.get();
            return true;
        } catch (CelException malformed) {
            return false;
        }
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("ip", String.class, (a, meter) -> Address.parse(Arguments.text(a, 0)))
                .global("string_to_ip", IP, STRING)
                .build());
        all.add(Definition.of("isIP", (a, meter) -> isGood(() -> Address.parse(Arguments.text(a, 0))))
                .global("is_ip", BOOL, STRING)
                .build());
        all.add(Definition.of(
                        "ip.isCanonical",
                        (a, meter) ->
                                Address.parse(Arguments.text(a, 0)).toString().equals(Arguments.text(a, 0)))
                .global("ip_is_canonical", BOOL, STRING)
                .build());
        all.add(Definition.of(
                        "family",
                        (a, meter) -> Arguments.of(Address.class, a, 0).isFour() ? 4L : 6L)
                .member("ip_family", INT, IP)
                .build());
        test(all, "isUnspecified", "ip_is_unspecified", Address::isUnspecified);
        test(all, "isLoopback", "ip_is_loopback", Address::isLoopback);
        test(all, "isLinkLocalMulticast", "ip_is_link_local_multicast", Address::isLinkLocalMulticast);
        test(all, "isLinkLocalUnicast", "ip_is_link_local_unicast", Address::isLinkLocalUnicast);
        test(all, "isGlobalUnicast", "ip_is_global_unicast", Address::isGlobalUnicast);
        networks(all);
        return all;
    }

    private static void test(List<Definition> all, String name, String id, Predicate<Address> test) {
        all.add(Definition.of(name, (a, meter) -> test.test(Arguments.of(Address.class, a, 0)))
                .member(id, BOOL, IP)
                .build());
    }

    private static void networks(List<Definition> all) {
        all.add(Definition.of("cidr", (a, meter) -> Network.parse(Arguments.text(a, 0)))
                .global("string_to_cidr", CIDR, STRING)
                .build());
        all.add(Definition.of("isCIDR", (a, meter) -> isGood(() -> Network.parse(Arguments.text(a, 0))))
                .global("is_cidr", BOOL, STRING)
                .build());
        all.add(Definition.of(
                        "containsIP",
                        (a, meter) -> Arguments.of(Network.class, a, 0)
                                .contains(
                                        a[1] instanceof String text
                                                ? Address.parse(text)
                                                : Arguments.of(Address.class, a, 1)))
                .member("cidr_contains_ip_string", BOOL, CIDR, STRING)
                .member("cidr_contains_ip_ip", BOOL, CIDR, IP)
                .build());
        all.add(Definition.of(
                        "containsCIDR",
                        (a, meter) -> Arguments.of(Network.class, a, 0)
                                .contains(
                                        a[1] instanceof String text
                                                ? Network.parse(text)
                                                : Arguments.of(Network.class, a, 1)))
                .member("cidr_contains_cidr_string", BOOL, CIDR, STRING)
                .member("cidr_contains_cidr", BOOL, CIDR, CIDR)
                .build());
        all.add(Definition.of(
                        "ip",
                        Network.class,
                        (a, meter) -> Arguments.of(Network.class, a, 0).address())
                .member("cidr_ip", IP, CIDR)
                .build());
        all.add(Definition.of("masked", (a, meter) -> {
                    Network network = Arguments.of(Network.class, a, 0);
                    return new Network(network.address().masked(network.length()), network.length());
                })
                .member("cidr_masked", CIDR, CIDR)
                .build());
        all.add(Definition.of("prefixLength", (a, meter) ->
                        (long) Arguments.of(Network.class, a, 0).length())
                .member("cidr_prefix_length", INT, CIDR)
                .build());
        all.add(Definition.of(
                        "string",
                        Printable.class,
                        (a, meter) -> Arguments.of(Printable.class, a, 0).printed())
                .global("ip_to_string", STRING, IP)
                .global("cidr_to_string", STRING, CIDR)
                .build());
    }
}
