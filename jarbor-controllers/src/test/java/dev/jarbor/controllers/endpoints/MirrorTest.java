package dev.jarbor.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which slices say the same as Endpoints that somebody wrote. */
class MirrorTest {
    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static Endpoints endpoints(String metadata, String subsets) {
        return new Endpoints(yaml("""
                metadata: {name: db, namespace: shop, uid: u%s}
                subsets: [%s]
                """.formatted(metadata, subsets)));
    }

    private static Optional<Service> service(String spec) {
        return Optional.of(new Service(yaml("{metadata: {name: db, namespace: shop}, spec: {" + spec + "}}")));
    }

    @Test
    void onlyEndpointsThatNobodyElseTurnsIntoSlicesAreMirrored() {
        Endpoints plain = endpoints("", "");
        assertThat(Mirror.isWanted(plain, service(""))).isTrue();
        assertThat(Mirror.isWanted(plain, Optional.empty())).isFalse();
        assertThat(Mirror.isWanted(plain, service("selector: {app: db}"))).isFalse();
        assertThat(Mirror.isWanted(
                        endpoints(", labels: {endpointslice.kubernetes.io/skip-mirror: 'true'}", ""), service("")))
                .isFalse();
        assertThat(Mirror.isWanted(
                        endpoints(", annotations: {control-plane.alpha.kubernetes.io/leader: me}", ""), service("")))
                .isFalse();
    }

    @Test
    void eachSubsetAndFamilyIsASliceOfItsOwn() {
        Mirror mirror = Mirror.decide(
                endpoints(
                        "",
                        "{addresses: [{ip: 192.0.2.1}, {ip: '2001:db8::1'}], notReadyAddresses: [{ip: 192.0.2.2}],"
                                + " ports: [{port: 80}]}"),
                List.of());
        assertThat(mirror.create())
                .extracting(slice -> slice.addressType() + " "
                        + slice.endpoints().stream()
                                .map(one -> one.addresses().getFirst() + "="
                                        + one.conditions().ready())
                                .collect(Collectors.joining(" ")))
                .containsExactly("IPv4 192.0.2.1=true 192.0.2.2=false", "IPv6 2001:db8::1=true");
        assertThat(mirror.create().getFirst().ports().getFirst().protocol()).isEqualTo("TCP");
    }

    @Test
    void whatIsThereIsChangedAndNothingIsWrittenTwice() {
        String one = "{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}]}";
        List<EndpointSlice> made = Mirror.decide(endpoints("", one), List.of()).create();
        Mirror again = Mirror.decide(endpoints("", one), made);
        assertThat(again.create()).isEmpty();
        assertThat(again.update()).isEmpty();
        assertThat(again.delete()).isEmpty();
        Mirror moved = Mirror.decide(endpoints("", one.replace("192.0.2.1", "192.0.2.9")), made);
        assertThat(moved.update()).hasSize(1);
        assertThat(moved.create()).isEmpty();
        assertThat(Mirror.decide(endpoints("", ""), made).delete()).isEqualTo(made);
    }

    @Test
    void whatIsBeyondTheBoundIsLeftAwayAndCounted() {
        String addresses = IntStream.range(0, Mirror.MOST + 5)
                .mapToObj(i -> "{ip: 10.0." + i / 250 + "." + (i % 250 + 1) + "}")
                .collect(Collectors.joining(","));
        Mirror mirror =
                Mirror.decide(endpoints("", "{addresses: [" + addresses + "], ports: [{port: 80}]}"), List.of());
        assertThat(mirror.surplus()).isEqualTo(5);
        assertThat(mirror.create().stream()
                        .mapToInt(slice -> slice.endpoints().size())
                        .sum())
                .isEqualTo(Mirror.MOST);
    }

    @Test
    void allOfASubsetIsOneSlice() {
        String addresses = IntStream.range(0, 150)
                .mapToObj(i -> "{ip: 10.0.0." + (i + 1) + "}")
                .collect(Collectors.joining(","));
        Mirror mirror =
                Mirror.decide(endpoints("", "{addresses: [" + addresses + "], ports: [{port: 80}]}"), List.of());
        assertThat(mirror.create())
                .singleElement()
                .satisfies(slice -> assertThat(slice.endpoints()).hasSize(150));
    }

    @Test
    void subsetsWithTheSamePortsAreMirroredTogether() {
        Mirror mirror = Mirror.decide(
                endpoints(
                        "",
                        "{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}]},"
                                + "{addresses: [{ip: 192.0.2.2}], ports: [{port: 80}]},"
                                + "{addresses: [{ip: 192.0.2.3}], ports: [{port: 81}]}"),
                List.of());
        assertThat(mirror.create())
                .extracting(slice -> slice.endpoints().size())
                .containsExactly(2, 1);
    }

    @Test
    void whenEndpointsWereChangedAndAppliedIsNotMirrored() {
        Mirror mirror = Mirror.decide(
                endpoints(
                        ", annotations: {mine: 'yes', endpoints.kubernetes.io/last-change-trigger-time: now,"
                                + " kubectl.kubernetes.io/last-applied-configuration: '{}'}",
                        "{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}]}"),
                List.of());
        assertThat(mirror.create().getFirst().metadata().annotations()).containsOnly(Map.entry("mine", "yes"));
    }

    @Test
    void whatComesAndGoesAndChangesIsCounted() {
        String before = "{addresses: [{ip: 192.0.2.1}, {ip: 192.0.2.2}], ports: [{port: 80}]}";
        String after = "{addresses: [{ip: 192.0.2.1}, {ip: 192.0.2.3}], ports: [{port: 80}]}";
        List<EndpointSlice> made =
                Mirror.decide(endpoints("", before), List.of()).create();
        assertThat(Mirror.decide(endpoints("", after), made).totals()).isEqualTo(new Mirror.Totals(1, 0, 1));
        String quiet = "{addresses: [{ip: 192.0.2.2}], notReadyAddresses: [{ip: 192.0.2.1}], ports: [{port: 80}]}";
        assertThat(Mirror.decide(endpoints("", quiet), made).totals()).isEqualTo(new Mirror.Totals(0, 1, 0));
    }
}
