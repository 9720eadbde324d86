package dev.jarbor.network.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DefaultRouteTest {
    private static final String HEAD =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

    @Test
    void theDefaultRouteWithTheLowestMetricCounts() {
        String table = HEAD + """
                wlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
                eth0\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
                eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
                """;
        assertThat(DefaultRoute.device(table.lines().toList())).contains("eth0");
    }

    @Test
    void aMachineOfflineHasNone() {
        assertThat(DefaultRoute.device(HEAD.lines().toList())).isEmpty();
    }
}
