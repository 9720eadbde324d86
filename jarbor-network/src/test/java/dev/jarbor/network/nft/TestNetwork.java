package dev.jarbor.network.nft;

import dev.jarbor.network.Ipv4;
import dev.jarbor.network.host.HostCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A node, its pods and a machine beside it, each in a network namespace of its own, wired as the CNI plugin ptp does. The
 * test's own machine sees nothing of it.
 */
final class TestNetwork implements AutoCloseable {
    private final String prefix = "jarbor-" + ProcessHandle.current().pid() + "-";
    private final List<String> spaces = new ArrayList<>();
    private final Map<Ipv4, Machine> machines = new TreeMap<>();

    private record Machine(Process process, PrintStream orders, BufferedReader answers) {}

    TestNetwork(Ipv4 node, Ipv4 outside, Ipv4 gateway, List<Ipv4> pods, int port) throws IOException {
        try {
            space("node");
            space("outside");
            ip("link add to-outside netns " + prefix + "node type veth peer name eth0 netns " + prefix + "outside");
            up("node", "to-outside", node + "/24");
            up("outside", "eth0", outside + "/24");
            ip("-n " + prefix + "node route add default via " + outside);
            ip("-n " + prefix + "outside route add default via " + node);
            for (Ipv4 pod : pods) {
                String space = "pod" + pod.dashed();
                String link = "v" + pod.dashed();
                space(space);
                ip("link add " + link + " netns " + prefix + "node type veth peer name eth0 netns " + prefix + space);
                up("node", link, gateway + "/32");
                up(space, "eth0", pod + "/32");
                ip("-n " + prefix + "node route add " + pod + "/32 dev " + link);
                ip("-n " + prefix + space + " route add default via " + gateway + " dev eth0 onlink");
            }
            in("node")
                    .with("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.route_localnet=1")
                    .run();
            start("node", node, port);
            start("outside", outside, port);
            for (Ipv4 pod : pods) {
                start("pod" + pod.dashed(), pod, port);
            }
            for (Machine machine : machines.values()) {
                String ready = machine.answers.readLine();
                if (!"ready".equals(ready)) {
                    throw new IllegalStateException("a probe says " + ready);
                }
            }
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** How to run a program on the node. */
    HostCommand onNode(String program) {
        return in("node").with(program);
    }

    String ask(Ipv4 source, String order) {
        Machine machine = machines.get(source);
        if (machine == null) {
            throw new IllegalArgumentException("no machine " + source);
        }
        machine.orders.println(order);
        try {
            return String.valueOf(machine.answers.readLine());
        } catch (IOException gone) {
            throw new IllegalStateException("the probe at " + source + " is gone", gone);
        }
    }

    private void space(String name) {
        ip("netns add " + prefix + name);
        spaces.add(prefix + name);
        ip("-n " + prefix + name + " link set lo up");
    }

    private void up(String space, String link, String address) {
        ip("-n " + prefix + space + " address add " + address + " dev " + link);
        ip("-n " + prefix + space + " link set " + link + " up");
    }

    private void start(String space, Ipv4 address, int port) throws IOException {
        var command = new ArrayList<>(in(space).words());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        command.addAll(List.of(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Probe.class.getName(),
                address.toString(),
                Integer.toString(port)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        machines.put(
                address,
                new Machine(
                        process,
                        new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8),
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))));
    }

    private HostCommand in(String space) {
        return HostCommand.of("ip", "netns", "exec", prefix + space);
    }

    private static void ip(String arguments) {
        HostCommand command = HostCommand.of("ip").with(arguments.split(" ", -1));
        HostCommand.Result result = command.run();
        if (!result.succeeded()) {
            throw new IllegalStateException(command + ": " + result.output());
        }
    }

    @Override
    public void close() {
        machines.values().forEach(machine -> machine.process.destroyForcibly());
        spaces.forEach(space -> HostCommand.of("ip", "netns", "delete", space).run());
    }

    @Override
    public String toString() {
        return Arrays.toString(spaces.toArray());
    }
}
