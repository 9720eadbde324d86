package dev.jarbor.node.cri;

import dev.jarbor.client.NodeConnection.Usage;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What everything on this machine uses, as the kernel counts it: the same under both layouts of control groups, whose root
 * has no memory of its own in the unified one.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_meminfo.5.html">proc_meminfo(5)</a>
 */
final class MachineUsage {
    /** The kernel tells processor time in hundredths of a second, whatever its own clock is. */
    private static final long NANOS_PER_TICK = 10_000_000;
    /** user, nice, system, (idle, iowait,) irq, softirq, steal. */
    private static final List<Integer> BUSY = List.of(1, 2, 3, 6, 7, 8);

    private MachineUsage() {}

    static Usage at(Instant now) {
        try {
            return read(now, Files.readAllLines(Path.of("/proc/stat")), Files.readAllLines(Path.of("/proc/meminfo")));
        } catch (IOException unreadable) {
            throw new ContainerRuntimeException("no usage of the machine: " + unreadable.getMessage(), unreadable);
        }
    }

    /**
     * @param stat the lines of {@code /proc/stat}, the first of which is about all processors
     * @param meminfo the lines of {@code /proc/meminfo}
     */
    static Usage read(Instant now, List<String> stat, List<String> meminfo) {
        String[] ticks = stat.getFirst().split("\\s+", -1);
        long busy =
                BUSY.stream().mapToLong(field -> Long.parseLong(ticks[field])).sum();
        long used = bytes(meminfo, "MemTotal:") - bytes(meminfo, "MemFree:") - bytes(meminfo, "Inactive(file):");
        return new Usage(now, busy * NANOS_PER_TICK, Math.max(0, used));
    }

    private static long bytes(List<String> meminfo, String name) {
        return meminfo.stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .orElse(0L);
    }
}
