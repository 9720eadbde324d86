package dev.jarbor.embed;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.DeleteOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A Service without a selector whose Endpoints somebody writes: slices never tell of an address that was not among these, and
 * in the end tell of the same.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#mirroring">Mirroring</a>
 */
final class MirrorSubject implements Subject {
    private static final String NAME = "outside";
    private static final String SLICES = "endpointslices.discovery.k8s.io";

    private final Jarbor cluster;
    private final Set<String> written = new HashSet<>();

    MirrorSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        service();
        write(List.of("192.0.2.1"), List.of(), 80);
    }

    private void service() {
        cluster.api().create(Service.KIND, new Service(Json.object("""
                {"metadata":{"name":"outside","namespace":"default"},"spec":{"ports":[{"port":80}]}}
                """)));
    }

    private void write(List<String> ready, List<String> notReady, int port) {
        written.addAll(ready);
        written.addAll(notReady);
        var endpoints = new Endpoints(Json.object("""
                {"metadata":{"name":"outside","namespace":"default"},
                 "subsets":[{"addresses":[%s],"notReadyAddresses":[%s],"ports":[{"port":%d}]}]}
                """.formatted(addresses(ready), addresses(notReady), port)));
        if (Moment.of(cluster).find("endpoints", NAME).isPresent()) {
            cluster.api().update(Endpoints.KIND, endpoints);
        } else {
            cluster.api().create(Endpoints.KIND, endpoints);
        }
    }

    private static String addresses(List<String> addresses) {
        return addresses.stream().map("{\"ip\":\"%s\"}"::formatted).collect(Collectors.joining(","));
    }

    @Override
    public void act(RandomGenerator chance) {
        switch (chance.nextInt(5)) {
            case 0 -> {
                if (Moment.of(cluster).find("services", NAME).isEmpty()) {
                    service();
                } else {
                    cluster.api().delete(Service.KIND, Subject.key(NAME));
                }
            }
            case 1 -> remove(Subject.key(NAME));
            default -> {
                int first = chance.nextInt(200);
                int ready = 1 + chance.nextInt(3);
                write(some(first, ready), some(first + ready, chance.nextInt(2)), 80 + chance.nextInt(3));
            }
        }
    }

    private void remove(ObjectKey endpoints) {
        if (Moment.of(cluster).find("endpoints", NAME).isPresent()) {
            cluster.api().delete(Endpoints.KIND, endpoints, DeleteOptions.NONE);
        }
    }

    private static List<String> some(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(number -> "192.0.2." + number)
                .toList();
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, SLICES)) {
            return;
        }
        for (ObjectValue slice : slices(now)) {
            for (ObjectValue endpoint : slice.list("endpoints").objects()) {
                findings.require(
                        written.containsAll(endpoint.list("addresses").strings()),
                        Moment.name(slice) + " tells of what nobody wrote: " + endpoint);
            }
        }
    }

    private static List<ObjectValue> slices(Moment now) {
        return now.all(SLICES).stream()
                .filter(slice -> slice.object("metadata")
                        .object("labels")
                        .string("kubernetes.io/service-name")
                        .equals(NAME))
                .toList();
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var wanted = new ArrayList<String>();
        if (now.find("services", NAME).isPresent()) {
            now.find("endpoints", NAME).stream()
                    .flatMap(one -> one.list("subsets").objects().stream())
                    .forEach(subset -> {
                        long port = port(subset);
                        subset.list("addresses").objects().forEach(one -> wanted.add(one.string("ip") + ":" + port));
                        subset.list("notReadyAddresses")
                                .objects()
                                .forEach(one -> wanted.add(one.string("ip") + ":" + port + " not ready"));
                    });
        }
        List<String> mirrored = slices(now).stream()
                .flatMap(slice -> slice.list("endpoints").objects().stream()
                        .map(endpoint -> endpoint.list("addresses").strings().getFirst() + ":" + port(slice)
                                + (endpoint.object("conditions").bool("ready") ? "" : " not ready")))
                .sorted()
                .toList();
        return mirrored.equals(wanted.stream().sorted().toList())
                ? Optional.empty()
                : Optional.of("Endpoints " + wanted + " are mirrored as " + mirrored);
    }

    private static long port(ObjectValue within) {
        return within.list("ports").objects().getFirst().integer("port");
    }
}
