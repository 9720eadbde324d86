package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadBalancerPoolTest {
    @Test
    void addressesRangesAndNetworksMayBeNamed() {
        assertThat(LoadBalancerPool.parse("192.0.2.1, 192.0.2.9-192.0.2.11,198.51.100.0/30,203.0.113.7/32"))
                .containsExactly(
                        "192.0.2.1",
                        "192.0.2.9",
                        "192.0.2.10",
                        "192.0.2.11",
                        "198.51.100.1",
                        "198.51.100.2",
                        "203.0.113.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "here", "192.0.2.9-192.0.2.1", "10.0.0.0/8", "192.0.2.1,", "192.0.2.1-x"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> LoadBalancerPool.parse(text))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("--load-balancer-pool");
    }
}
