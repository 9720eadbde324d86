package dev.jarbor.network.dns;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * The records of the cluster domain and of the reverse names of its addresses, worked out question by question from the
 * {@link Directory}. Where the specification leaves room it answers as CoreDNS does: a pod address in a name is taken at
 * its word, and a headless Service without ready endpoints has no name.
 *
 * @see <a href="https://github.com/kubernetes/dns/blob/master/docs/specification.md">Kubernetes DNS-Based Service
 *     Discovery, version 1.1.0</a>
 */
final class ClusterZone {
    static final String SERVICE_LABEL = "kubernetes.io/service-name";

    private static final Name REVERSE = Name.fromConstantString("in-addr.arpa.");
    private static final String SCHEMA_VERSION = "1.1.0";

    private final Directory directory;
    private final Name zone;
    private final Name server;
    private final long ttl;
    private final List<Cidr> own;

    ClusterZone(Directory directory, DnsSettings settings) {
        this.directory = directory;
        this.zone = Names.of(settings.domain(), Name.root);
        this.server = Names.of("ns.dns", zone);
        this.ttl = settings.ttl().toSeconds();
        this.own = settings.own();
    }

    /** The record of authority, which goes with answers that hold nothing: its last number is how long they keep. */
    SOARecord authority(Name name) {
        Name of = name.subdomain(zone) ? zone : REVERSE;
        return new SOARecord(of, DClass.IN, ttl, server, Names.of("hostmaster", zone), 1, 7200, 1800, 86_400, ttl);
    }

    Answer answer(Name name, int type) {
        if (name.subdomain(zone)) {
            return inZone(name, type);
        }
        if (name.subdomain(REVERSE)) {
            return address(name)
                    .filter(this::isOwn)
                    .map(at -> reverse(name, at, type))
                    .orElseGet(Answer.Elsewhere::new);
        }
        return new Answer.Elsewhere();
    }

    private Answer inZone(Name name, int type) {
        // Labels before the domain, the last first: svc, namespace, service, …
        List<String> labels = IntStream.rangeClosed(1, name.labels() - zone.labels())
                .mapToObj(back -> Names.label(name, name.labels() - zone.labels() - back))
                .toList();
        if (labels.isEmpty()) {
            return apex(name, type);
        }
        return switch (labels.getFirst()) {
            case "svc" -> underSvc(name, labels.subList(1, labels.size()), type);
            case "pod" -> pod(name, labels.subList(1, labels.size()), type);
            case "dns-version" ->
                labels.size() == 1
                        ? only(type, new TXTRecord(name, DClass.IN, ttl, SCHEMA_VERSION))
                        : Answer.NO_SUCH_NAME;
            case "dns" -> nameServer(name, labels, type);
            default -> Answer.NO_SUCH_NAME;
        };
    }

    private Answer apex(Name name, int type) {
        return switch (type) {
            case Type.SOA -> Answer.Records.of(List.of(authority(name)));
            case Type.NS -> Answer.Records.of(List.of(new NSRecord(name, DClass.IN, ttl, server)));
            default -> Answer.NO_DATA;
        };
    }

    /** The name that the zone's own NS record mentions: the address of the DNS Service. */
    private Answer nameServer(Name name, List<String> labels, int type) {
        if (labels.size() == 1) {
            return Answer.NO_DATA;
        }
        if (labels.size() != 2 || !labels.get(1).equals("ns")) {
            return Answer.NO_SUCH_NAME;
        }
        return directory
                .service(DnsService.KEY)
                .flatMap(service -> Ipv4.parse(service.spec().clusterIP()))
                .map(address -> only(type, a(name, address)))
                .orElse(Answer.NO_DATA);
    }

    private Answer underSvc(Name name, List<String> labels, int type) {
        if (labels.isEmpty()) {
            return Answer.NO_DATA;
        }
        String namespace = labels.getFirst();
        if (labels.size() == 1) {
            return directory.hasNamespace(namespace) ? Answer.NO_DATA : Answer.NO_SUCH_NAME;
        }
        var key = new ObjectKey(namespace, labels.get(1));
        return directory
                .service(key)
                .map(service -> service(name, service, labels.subList(2, labels.size()), type))
                .orElse(Answer.NO_SUCH_NAME);
    }

    private Answer service(Name name, Service service, List<String> labels, int type) {
        if (service.spec().type().equals("ExternalName")) {
            return labels.isEmpty() ? alias(name, service.spec().externalName()) : Answer.NO_SUCH_NAME;
        }
        var records = new ServiceRecords(
                service,
                directory.slices(service.key()),
                Names.of(service.name(), Names.of(service.namespace(), svc())),
                ttl);
        return switch (labels.size()) {
            case 0 -> records.service(name, type);
            case 1 ->
                labels.getFirst().startsWith("_")
                        ? records.protocol(labels.getFirst())
                        : records.endpoint(name, labels.getFirst(), type);
            case 2 -> records.port(name, labels.get(1), labels.getFirst(), type);
            default -> Answer.NO_SUCH_NAME;
        };
    }

    private Answer alias(Name name, String target) {
        Optional<Name> named = Names.read(target.endsWith(".") ? target : target + ".");
        return named.<Answer>map(to -> new Answer.Alias(new CNAMERecord(name, DClass.IN, ttl, to), to))
                .orElse(Answer.NO_SUCH_NAME);
    }

    private Answer pod(Name name, List<String> labels, int type) {
        if (labels.isEmpty()) {
            return Answer.NO_DATA;
        }
        if (labels.size() > 2 || !directory.hasNamespace(labels.getFirst())) {
            return Answer.NO_SUCH_NAME;
        }
        return labels.size() == 1
                ? Answer.NO_DATA
                : Ipv4.parse(labels.get(1).replace('-', '.'))
                        .map(address -> only(type, a(name, address)))
                        .orElse(Answer.NO_SUCH_NAME);
    }

    private Answer reverse(Name name, Ipv4 address, int type) {
        List<Service> services = directory.servicesAt(address);
        List<Name> names = services.isEmpty()
                ? directory.slicesAt(address).stream()
                        .flatMap(slice -> names(slice, address).stream())
                        .distinct()
                        .toList()
                : services.stream()
                        .map(service -> Names.of(service.name(), Names.of(service.namespace(), svc())))
                        .toList();
        if (names.isEmpty()) {
            return Answer.NO_SUCH_NAME;
        }
        if (type != Type.PTR && type != Type.ANY) {
            return Answer.NO_DATA;
        }
        return Answer.Records.of(names.stream()
                .<Record>map(to -> new PTRRecord(name, DClass.IN, ttl, to))
                .toList());
    }

    /** The names of the endpoint at {@code address}, where the slice belongs to a headless Service. */
    private List<Name> names(EndpointSlice slice, Ipv4 address) {
        var key = new ObjectKey(slice.namespace(), slice.metadata().labels().getOrDefault(SERVICE_LABEL, ""));
        if (directory.service(key).filter(ServiceRecords::isHeadless).isEmpty()) {
            return List.of();
        }
        Name service = Names.of(key.name(), Names.of(key.namespace(), svc()));
        return NamedEndpoint.ready(List.of(slice)).stream()
                .filter(each -> each.address().equals(address))
                .map(each -> Names.of(each.hostname(), service))
                .toList();
    }

    private Name svc() {
        return Names.of("svc", zone);
    }

    private boolean isOwn(Ipv4 address) {
        return own.stream().anyMatch(block -> block.contains(address));
    }

    private static Optional<Ipv4> address(Name name) {
        if (name.labels() - REVERSE.labels() != 4) {
            return Optional.empty();
        }
        return Ipv4.parse(Names.label(name, 3) + "." + Names.label(name, 2) + "." + Names.label(name, 1) + "."
                + Names.label(name, 0));
    }

    private ARecord a(Name name, Ipv4 address) {
        return Names.a(name, ttl, address);
    }

    private static Answer only(int asked, Record record) {
        return asked == record.getType() || asked == Type.ANY ? Answer.Records.of(List.of(record)) : Answer.NO_DATA;
    }

    @Override
    public String toString() {
        return zone.toString().toLowerCase(Locale.ROOT);
    }
}
