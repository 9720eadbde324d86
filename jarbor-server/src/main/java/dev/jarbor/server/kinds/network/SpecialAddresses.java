package dev.jarbor.server.kinds.network;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import java.math.BigInteger;
import java.util.Optional;

/** Addresses that no traffic may be sent to on a Service's behalf, because they mean the machine itself or a link. */
final class SpecialAddresses {
    private static final BigInteger LOOPBACK_SIX = BigInteger.ONE;

    private SpecialAddresses() {}

    /** An endpoint's address must be one that can be reached from another machine. */
    static void check(String text, FieldPath at, Checks checks) {
        Optional<IpAddress> parsed = IpAddress.parse(text);
        if (parsed.isEmpty()) {
            checks.invalid(at, text, "must be a valid IP address");
            return;
        }
        BigInteger number = parsed.get().number();
        if (parsed.get().isFour()) {
            long four = number.longValue();
            refuse(text, at, checks, four == 0, four >>> 24 == 127, four >>> 16 == 0xa9fe, four >>> 8 == 0xe00000);
        } else {
            long high = number.shiftRight(112).longValue();
            refuse(
                    text,
                    at,
                    checks,
                    number.signum() == 0,
                    number.equals(LOOPBACK_SIX),
                    (high & 0xffc0) == 0xfe80,
                    (high & 0xff0f) == 0xff02);
        }
    }

    private static void refuse(
            String text,
            FieldPath at,
            Checks checks,
            boolean unspecified,
            boolean loopback,
            boolean linkLocal,
            boolean multicast) {
        if (unspecified) {
            checks.invalid(at, text, "may not be unspecified (" + text + ")");
        }
        if (loopback) {
            checks.invalid(at, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
        }
        if (linkLocal) {
            checks.invalid(at, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
        }
        if (multicast) {
            checks.invalid(at, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
        }
    }
}
