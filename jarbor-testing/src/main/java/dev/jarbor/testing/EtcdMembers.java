package dev.jarbor.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A real etcd cluster on loopback addresses: each member a process of its own that a test may kill, pause and start again.
 * Annotate with {@link NeedsEtcd}. What it writes is gone with it.
 */
public final class EtcdMembers implements AutoCloseable {
    /** Of starting and of stopping: far more than it takes. */
    private static final int SECONDS = 60;

    private final Path folder;
    private final List<String> options;
    private final String scheme;
    private final List<Member> members = new ArrayList<>();

    private static final class Member {
        final String name;
        final int clientPort;
        final int peerPort;
        Process process;

        Member(String name, int clientPort, int peerPort, Process process) {
            this.name = name;
            this.clientPort = clientPort;
            this.peerPort = peerPort;
            this.process = process;
        }
    }

    private EtcdMembers(Path folder, List<String> options) {
        this.folder = folder;
        this.options = options;
        this.scheme = options.stream().anyMatch(option -> option.startsWith("--cert-file")) ? "https" : "http";
    }

    /** Starts {@code count} members that speak plain HTTP; returns when they answer. */
    public static EtcdMembers start(int count) {
        return start(count, List.of());
    }

    /** @param options further ones of etcd; with {@code --cert-file} clients speak TLS */
    public static EtcdMembers start(int count, List<String> options) {
        try {
            var cluster = new EtcdMembers(Files.createTempDirectory("jarbor-etcd"), options);
            List<Integer> ports = freePorts(2 * count);
            for (int i = 0; i < count; i++) {
                cluster.members.add(new Member("m" + i, ports.get(2 * i), ports.get(2 * i + 1), gone()));
            }
            IntStream.range(0, count).forEach(cluster::launch);
            IntStream.range(0, count).forEach(cluster::awaitPort);
            if (cluster.scheme.equals("http")) {
                cluster.awaitLeader();
            }
            return cluster;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Where clients connect. */
    public List<URI> addresses() {
        return members.stream()
                .map(member -> URI.create(scheme + "://127.0.0.1:" + member.clientPort))
                .toList();
    }

    public int count() {
        return members.size();
    }

    /** As if the machine had lost its power: {@code kill -9}. */
    public void kill(int member) {
        stop(members.get(member).process);
    }

    /** Starts a killed member on what it had written; returns when it takes connections. */
    public void restart(int member) {
        launch(member);
        awaitPort(member);
    }

    /** Takes from a killed member everything that it had written. */
    public void wipe(int member) {
        try {
            delete(folder.resolve(members.get(member).name));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The member that leads, as it says itself; -1 while none does. */
    public int leader() {
        for (int i = 0; i < members.size(); i++) {
            String address = addresses().get(i).toString();
            try {
                String[] status = control(List.of(address), "endpoint", "status", "--command-timeout=2s")
                        .split(", ", -1);
                if (status.length > 4 && status[4].equals("true")) {
                    return i;
                }
            } catch (IllegalStateException silent) {
                // it is not the leader
            }
        }
        return -1;
    }

    /** Stops a member in its tracks; its connections stay open. */
    public void pause(int member) {
        signal("-STOP", member);
    }

    public void resume(int member) {
        signal("-CONT", member);
    }

    /** Runs etcdctl against all members; what it printed. */
    public String control(String... arguments) {
        return control(addresses().stream().map(URI::toString).toList(), arguments);
    }

    private static String control(List<String> addresses, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Programs.find("etcdctl").orElseThrow().toString());
        command.add("--endpoints=" + String.join(",", addresses));
        command.addAll(List.of(arguments));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ETCDCTL_API", "3");
            Process process = builder.start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("etcdctl " + String.join(" ", arguments) + ": " + printed);
            }
            return printed;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void signal(String signal, int member) {
        try {
            run(List.of(
                    "kill", signal, Long.toString(members.get(member).process.pid())));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void run(List<String> command) throws IOException {
        try {
            if (new ProcessBuilder(command).start().waitFor() != 0) {
                throw new IllegalStateException("failed: " + command);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void launch(int number) {
        Member member = members.get(number);
        String client = scheme + "://127.0.0.1:" + member.clientPort;
        String peer = "http://127.0.0.1:" + member.peerPort;
        String all = members.stream()
                .map(one -> one.name + "=http://127.0.0.1:" + one.peerPort)
                .collect(Collectors.joining(","));
        var command = new ArrayList<String>();
        command.add(Programs.find("etcd").orElseThrow().toString());
        command.addAll(List.of("--name", member.name));
        command.addAll(List.of("--data-dir", folder.resolve(member.name).toString()));
        command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
        command.addAll(List.of("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer));
        command.addAll(List.of("--initial-cluster", all, "--initial-cluster-token", folder.toString()));
        command.addAll(List.of("--logger", "zap"));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(
                folder.resolve(member.name + ".log").toFile()));
        try {
            member.process = builder.start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitPort(int number) {
        Member member = members.get(number);
        try {
            for (int attempt = 0; attempt < SECONDS * 20; attempt++) {
                if (member.process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
                try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), member.clientPort), 1000);
                    return;
                } catch (IOException notYet) {
                    // tried again
                }
            }
            throw new IllegalStateException(
                    "etcd does not start: " + Files.readString(folder.resolve(member.name + ".log")));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private void awaitLeader() {
        for (int attempt = 0; attempt < SECONDS; attempt++) {
            try {
                control("endpoint", "health", "--command-timeout=5s");
                return;
            } catch (IllegalStateException notYet) {
                // asked again
            }
        }
        throw new IllegalStateException("etcd elects no leader");
    }

    private static Process gone() throws IOException {
        return new ProcessBuilder("true").start();
    }

    private static void stop(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var taken = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < count; i++) {
                taken.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return taken.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : taken) {
                socket.close();
            }
        }
    }

    @Override
    public void close() {
        members.forEach(member -> stop(member.process));
        try {
            delete(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path tree) throws IOException {
        try (var files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
