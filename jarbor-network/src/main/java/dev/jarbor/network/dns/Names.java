package dev.jarbor.network.dns;

import dev.jarbor.network.Ipv4;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** Domain names. */
final class Names {
    private Names() {}

    /** {@code text} under {@code parent}, for text that comes from valid Kubernetes names. */
    static Name of(String text, Name parent) {
        try {
            return Name.fromString(text, parent);
        } catch (TextParseException invalid) {
            throw new IllegalArgumentException("not a domain name: " + text, invalid);
        }
    }

    static Optional<Name> read(String text) {
        try {
            return Optional.of(Name.fromString(text, Name.root));
        } catch (TextParseException invalid) {
            return Optional.empty();
        }
    }

    /** One label in lower case: names compare without regard to case (RFC 4343). */
    static String label(Name name, int index) {
        return name.getLabelString(index).toLowerCase(Locale.ROOT);
    }

    static ARecord a(Name name, long ttl, Ipv4 address) {
        int bits = address.bits();
        byte[] bytes = {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
        try {
            return new ARecord(name, DClass.IN, ttl, InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }
}
