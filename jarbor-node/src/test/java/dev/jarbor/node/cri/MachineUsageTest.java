package dev.jarbor.node.cri;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.client.NodeConnection.Usage;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MachineUsageTest {
    @Test
    void idleAndWaitingTimeIsNotUsed() {
        List<String> stat = List.of("cpu  100 10 50 9000 700 3 4 5 0 0", "cpu0 1 1 1 1 1 1 1 1 0 0");
        List<String> meminfo =
                List.of("MemTotal:        8000 kB", "MemFree:         1000 kB", "Inactive(file):  2000 kB");

        assertThat(MachineUsage.read(Instant.EPOCH, stat, meminfo))
                .isEqualTo(new Usage(Instant.EPOCH, 1_720_000_000L, 5000 * 1024));
    }
}
