package dev.jarbor.network.dns;

import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointPort;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** The records of one Service that has endpoints: of its cluster address, or, where it is headless, of each endpoint. */
final class ServiceRecords {
    private final Service service;
    private final List<NamedEndpoint> endpoints;
    private final Name name;
    private final long ttl;

    ServiceRecords(Service service, List<EndpointSlice> slices, Name name, long ttl) {
        this.service = service;
        this.endpoints = NamedEndpoint.ready(slices);
        this.name = name;
        this.ttl = ttl;
    }

    static boolean isHeadless(Service service) {
        return service.spec().clusterIP().equals("None");
    }

    /** {@code service.namespace.svc}: addresses; asked for SRV, all named ports. */
    Answer service(Name asked, int type) {
        if (isHeadless(service) && endpoints.isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        return switch (type) {
            case Type.A, Type.ANY -> Answer.Records.of(addresses(asked));
            case Type.SRV -> srv(asked, (port, protocol) -> true);
            default -> Answer.NO_DATA;
        };
    }

    /** {@code host.service.namespace.svc}: the addresses of one endpoint. */
    Answer endpoint(Name asked, String hostname, int type) {
        List<Record> found = endpoints.stream()
                .filter(each -> each.hostname().equals(hostname))
                .<Record>map(each -> Names.a(asked, ttl, each.address()))
                .toList();
        if (found.isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        return type == Type.A || type == Type.ANY ? Answer.Records.of(found) : Answer.NO_DATA;
    }

    /** {@code _tcp.service…} exists where names under it do, and has no records (RFC 8020). */
    Answer protocol(String label) {
        return ports((port, protocol) -> label.equals("_" + protocol)).isEmpty() ? Answer.NO_SUCH_NAME : Answer.NO_DATA;
    }

    /** {@code _http._tcp.service…}. */
    Answer port(Name asked, String portLabel, String protocolLabel, int type) {
        BiPredicate<String, Protocol> named =
                (port, protocol) -> portLabel.equals("_" + port) && protocolLabel.equals("_" + protocol);
        if (ports(named).isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        return type == Type.SRV || type == Type.ANY ? srv(asked, named) : Answer.NO_DATA;
    }

    private List<Record> addresses(Name asked) {
        if (isHeadless(service)) {
            return endpoints.stream()
                    .<Record>map(each -> Names.a(asked, ttl, each.address()))
                    .toList();
        }
        return Ipv4.parse(service.spec().clusterIP()).stream()
                .<Record>map(address -> Names.a(asked, ttl, address))
                .toList();
    }

    /** A port that the Service or, where it is headless, an endpoint of it offers under a name. */
    private record Offer(Name target, Ipv4 address, int port) {}

    private Answer srv(Name asked, BiPredicate<String, Protocol> wanted) {
        Set<Offer> offers = ports(wanted);
        var records = new ArrayList<Record>();
        var addresses = new LinkedHashSet<Record>();
        // CoreDNS shares 100 among all, so that clients that weigh treat them alike
        int weight = Math.max(1, 100 / Math.max(1, offers.size()));
        for (Offer offer : offers) {
            records.add(new SRVRecord(asked, DClass.IN, ttl, 0, weight, offer.port, offer.target));
            addresses.add(Names.a(offer.target, ttl, offer.address));
        }
        return new Answer.Records(records, List.copyOf(addresses));
    }

    private Set<Offer> ports(BiPredicate<String, Protocol> wanted) {
        var offers = new LinkedHashSet<Offer>();
        if (isHeadless(service)) {
            for (NamedEndpoint endpoint : endpoints) {
                for (EndpointPort port : endpoint.ports()) {
                    if (wanted(port.name(), port.protocol(), wanted) && port.port() > 0) {
                        offers.add(new Offer(Names.of(endpoint.hostname(), name), endpoint.address(), port.port()));
                    }
                }
            }
        } else {
            Optional<Ipv4> address = Ipv4.parse(service.spec().clusterIP());
            address.ifPresent(at -> service.spec().ports().stream()
                    .filter(port -> wanted(port.name(), port.protocol(), wanted))
                    .forEach(port -> offers.add(new Offer(name, at, port.port()))));
        }
        return offers;
    }

    private static boolean wanted(String port, String protocol, BiPredicate<String, Protocol> wanted) {
        return !port.isEmpty()
                && Protocol.read(protocol)
                        .filter(known -> wanted.test(port, known))
                        .isPresent();
    }
}
