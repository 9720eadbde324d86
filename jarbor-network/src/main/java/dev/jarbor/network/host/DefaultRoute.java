package dev.jarbor.network.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The interface through which this machine reaches the world. */
public record DefaultRoute(String device, int mtu) {
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final Path DEVICES = Path.of("/sys/class/net");

    /** The kernel's default MTU for Ethernet. */
    public static final int USUAL_MTU = 1500;

    /** The machine's default route; absent where it has none (offline). */
    public static Optional<DefaultRoute> find() {
        try {
            Optional<String> device = device(Files.readAllLines(ROUTES));
            return device.map(
                    name -> new DefaultRoute(name, mtu(DEVICES.resolve(name).resolve("mtu"))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + ROUTES, unreadable);
        }
    }

    /** The device of the best route to 0.0.0.0/0 in the text of /proc/net/route. */
    static Optional<String> device(List<String> table) {
        // columns: Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT
        return table.stream()
                .skip(1)
                .map(line -> Arrays.asList(line.strip().split("\\s+", -1)))
                .filter(columns -> columns.size() > 7)
                .filter(columns ->
                        columns.get(1).equals("00000000") && columns.get(7).equals("00000000"))
                .min((one, other) -> Long.compare(Long.parseLong(one.get(6)), Long.parseLong(other.get(6))))
                .map(List::getFirst);
    }

    private static int mtu(Path file) {
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (IOException | NumberFormatException gone) {
            return USUAL_MTU;
        }
    }
}
