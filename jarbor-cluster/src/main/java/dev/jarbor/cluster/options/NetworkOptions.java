package dev.jarbor.cluster.options;

import dev.jarbor.server.NetworkSettings;
import dev.jarbor.server.kinds.ServiceRange;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options about addresses and ports. */
final class NetworkOptions {
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");
    private static final Pattern PORTS = Pattern.compile("(\\d{1,5})-(\\d{1,5})");

    private final OptionValues values;

    NetworkOptions(OptionValues values) {
        this.values = values;
    }

    InetAddress address() {
        return address("bind-address").orElseGet(InetAddress::getLoopbackAddress);
    }

    private Optional<InetAddress> address(String name) {
        return values.text(name).map(text -> {
            try {
                if (ADDRESS.matcher(text).matches()) {
                    return InetAddress.getByName(text);
                }
            } catch (IOException none) {
                // said below
            }
            throw new WrongOption(values.where(name) + ": " + text + " is no IP address");
        });
    }

    int port() {
        return values.number("secure-port", 0, 65535, 6443);
    }

    String advertised() {
        return address("advertise-address")
                .or(() -> Optional.of(address()).filter(bound -> !bound.isAnyLocalAddress()))
                .map(InetAddress::getHostAddress)
                .orElse("127.0.0.1");
    }

    NetworkSettings settings() {
        NetworkSettings settings = NetworkSettings.DEFAULT
                .withPublicHost(values.text("external-hostname").orElse(advertised()))
                .withPublicPort(port());
        Optional<String> cidr = values.text("service-cluster-ip-range");
        if (cidr.isPresent()) {
            settings = settings.withServiceCidr(range(cidr.get()));
        }
        Optional<String> ports = values.text("service-node-port-range");
        if (ports.isEmpty()) {
            return settings;
        }
        Matcher parts = PORTS.matcher(ports.get());
        if (!parts.matches()) {
            throw new WrongOption(
                    values.where("service-node-port-range") + ": " + ports.get() + " is no range such as 30000-32767");
        }
        int first = Integer.parseInt(parts.group(1));
        int last = Integer.parseInt(parts.group(2));
        if (first < 1 || last > 65535 || first > last) {
            throw new WrongOption(values.where("service-node-port-range") + ": " + ports.get()
                    + " must rise and lie between 1 and 65535");
        }
        if (port() != 0 && port() >= first && port() <= last) {
            throw new WrongOption(values.where("service-node-port-range") + " contains --secure-port " + port()
                    + ": choose another of the two");
        }
        return settings.withNodePorts(first, last);
    }

    private String range(String text) {
        try {
            return ServiceRange.parse(text).toString();
        } catch (IllegalArgumentException malformed) {
            throw new WrongOption(values.where("service-cluster-ip-range") + ": " + malformed.getMessage(), malformed);
        }
    }
}
