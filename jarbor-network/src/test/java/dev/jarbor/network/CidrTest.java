package dev.jarbor.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
    @Test
    void anAddressIsReadAndPrinted() {
        assertThat(Ipv4.of("10.42.0.8")).hasToString("10.42.0.8");
        assertThat(Ipv4.of("255.255.255.255").bits()).isEqualTo(-1);
        assertThat(Ipv4.of("0.0.0.0").isAny()).isTrue();
        assertThat(Ipv4.of("192.0.2.1").dashed()).isEqualTo("192-0-2-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.42.0",
                "10.42.0.8.1",
                "10.42.0.256",
                "10.42.0.08",
                "10.42..8",
                "a.b.c.d",
                "None",
                "::1",
                "10.42.0.8 ",
                "1.2.3.4; drop"
            })
    void whatIsNoAddressIsNotRead(String text) {
        assertThat(Ipv4.parse(text)).isEmpty();
    }

    @Test
    void addressesAreOrderedAsUnsignedNumbers() {
        assertThat(Ipv4.of("200.0.0.1")).isGreaterThan(Ipv4.of("10.0.0.1"));
    }

    @Test
    void aBlockContainsTheAddressesThatShareItsPrefix() {
        Cidr pods = Cidr.of("10.42.7.9/16");
        assertThat(pods).hasToString("10.42.0.0/16");
        assertThat(pods.contains(Ipv4.of("10.42.255.255"))).isTrue();
        assertThat(pods.contains(Ipv4.of("10.43.0.0"))).isFalse();
        assertThat(Cidr.of("0.0.0.0/0").contains(Ipv4.of("192.0.2.1"))).isTrue();
        assertThat(Cidr.of("192.0.2.1/32").contains(Ipv4.of("192.0.2.2"))).isFalse();
        assertThat(pods.address(1)).hasToString("10.42.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.42.0.0", "10.42.0.0/33", "10.42.0.0/-1", "fd00::/8", "/8"})
    void whatIsNoBlockIsNotRead(String text) {
        assertThat(Cidr.parse(text)).isEmpty();
    }
}
