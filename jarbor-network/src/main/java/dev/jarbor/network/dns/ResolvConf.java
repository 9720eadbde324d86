package dev.jarbor.network.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The name servers that a machine uses itself (resolv.conf(5)). */
final class ResolvConf {
    /** Resolvers read three; a few more do no harm. */
    private static final int MOST_SERVERS = 6;

    private static final int PORT = 53;

    private ResolvConf() {}

    /** The servers in {@code file}; none where there is no such file. */
    static List<InetSocketAddress> servers(Path file) {
        try {
            return Files.exists(file) ? servers(Files.readAllLines(file)) : List.of();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    static List<InetSocketAddress> servers(List<String> lines) {
        return lines.stream()
                .map(line -> Arrays.asList(line.strip().split("\\s+", -1)))
                .filter(words -> words.size() > 1 && words.getFirst().equals("nameserver"))
                .flatMap(words -> address(words.get(1)).stream())
                .map(address -> new InetSocketAddress(address, PORT))
                .distinct()
                .limit(MOST_SERVERS)
                .toList();
    }

    /** Only numbers: a name here would need a name server to be found. */
    private static Optional<InetAddress> address(String text) {
        if (!text.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%\\w+)?")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException invalid) {
            return Optional.empty();
        }
    }
}
