package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.LabelSelectors;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of NetworkPolicies.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/network-policies/">Network Policies</a>
 */
public final class NetworkPolicies implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
    private static final List<String> TYPES = List.of("Ingress", "Egress");

    /** What policies that exist already may go on having: odd label values, and ranges that no longer pass. */
    private record Leniency(boolean labelValues, Set<String> ranges) {
        static final Leniency NONE = new Leniency(false, Set.of());

        static Leniency of(ObjectValue before) {
            ObjectValue spec = before.object("spec");
            var ranges = new HashSet<String>();
            spec.list("ingress").objects().forEach(rule -> collect(rule.list("from"), ranges));
            spec.list("egress").objects().forEach(rule -> collect(rule.list("to"), ranges));
            return new Leniency(!LabelSelectors.isValid(spec.object("podSelector")), ranges);
        }

        private static void collect(ListValue peers, Set<String> ranges) {
            for (ObjectValue peer : peers.objects()) {
                if (peer.has("ipBlock")) {
                    ranges.add(peer.object("ipBlock").string("cidr"));
                    ranges.addAll(peer.object("ipBlock").list("except").strings());
                }
            }
        }
    }

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> {
            ObjectValue filled = Edits.each(spec, "ingress", NetworkPolicies::rule);
            filled = Edits.each(filled, "egress", NetworkPolicies::rule);
            if (!filled.list("policyTypes").isEmpty()) {
                return filled;
            }
            boolean egress = !filled.list("egress").isEmpty();
            return filled.with("policyTypes", ListValue.ofStrings(egress ? TYPES : List.of("Ingress")));
        });
    }

    private static ObjectValue rule(ObjectValue rule) {
        return Edits.each(rule, "ports", port -> Edits.text(port, "protocol", "TCP"));
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        return check(object.object("spec"), Leniency.NONE).errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return check(after.object("spec"), Leniency.of(before)).errors();
    }

    private static Checks check(ObjectValue spec, Leniency leniency) {
        var checks = new Checks();
        LabelSelectors.check(spec.object("podSelector"), leniency.labelValues(), SPEC.child("podSelector"), checks);
        direction(spec, "ingress", "from", leniency, checks);
        direction(spec, "egress", "to", leniency, checks);
        List<String> types = spec.list("policyTypes").strings();
        if (types.size() > TYPES.size()) {
            checks.invalid(
                    SPEC.child("policyTypes"), spec.list("policyTypes"), "may not specify more than two policyTypes");
            return checks;
        }
        for (int i = 0; i < types.size(); i++) {
            if (!TYPES.contains(types.get(i))) {
                checks.notSupported(SPEC.child("policyTypes").index(i), types.get(i), TYPES);
            }
        }
        return checks;
    }

    private static void direction(
            ObjectValue spec, String direction, String peersField, Leniency leniency, Checks checks) {
        List<ObjectValue> rules = spec.list(direction).objects();
        for (int i = 0; i < rules.size(); i++) {
            FieldPath at = SPEC.child(direction).index(i);
            List<ObjectValue> ports = rules.get(i).list("ports").objects();
            for (int j = 0; j < ports.size(); j++) {
                port(ports.get(j), at.child("ports").index(j), checks);
            }
            List<ObjectValue> peers = rules.get(i).list(peersField).objects();
            for (int j = 0; j < peers.size(); j++) {
                peer(peers.get(j), leniency, at.child(peersField).index(j), checks);
            }
        }
    }

    private static void port(ObjectValue port, FieldPath at, Checks checks) {
        String protocol = port.string("protocol");
        if (!protocol.isEmpty() && !PROTOCOLS.contains(protocol)) {
            checks.notSupported(at.child("protocol"), protocol, PROTOCOLS);
        }
        Value number = port.valueOrNull("port");
        boolean ranged = port.has("endPort");
        long end = port.integer("endPort");
        switch (number) {
            case NullValue ignored -> {
                if (ranged) {
                    checks.invalid(at.child("endPort"), end, "may not be specified when `port` is not specified");
                }
            }
            case IntegerValue(long start) -> {
                checks.port(start, at.child("port"));
                if (ranged && end < start) {
                    checks.invalid(at.child("endPort"), end, "must be greater than or equal to `port`");
                }
                if (ranged) {
                    checks.port(end, at.child("endPort"));
                }
            }
            default -> {
                if (ranged) {
                    checks.invalid(at.child("endPort"), end, "may not be specified when `port` is non-numeric");
                }
                checks.problems(at.child("port"), number.toString(), Names.portName(number.toString()));
            }
        }
    }

    private static void peer(ObjectValue peer, Leniency leniency, FieldPath at, Checks checks) {
        boolean selects = peer.has("podSelector") || peer.has("namespaceSelector");
        for (String selector : List.of("podSelector", "namespaceSelector")) {
            LabelSelectors.check(peer.object(selector), leniency.labelValues(), at.child(selector), checks);
        }
        if (peer.has("ipBlock")) {
            block(peer.object("ipBlock"), leniency, at.child("ipBlock"), checks);
            if (selects) {
                checks.forbidden(at, "may not specify both ipBlock and another peer");
            }
        } else if (!selects) {
            checks.required(at, "must specify a peer");
        }
    }

    private static void block(ObjectValue block, Leniency leniency, FieldPath at, Checks checks) {
        if (!checks.required(block, "cidr", at)) {
            return;
        }
        Optional<Cidr> range = range(block.string("cidr"), leniency, at.child("cidr"), checks);
        List<String> exceptions = block.list("except").strings();
        for (int i = 0; i < exceptions.size() && range.isPresent(); i++) {
            FieldPath here = at.child("except").index(i);
            Optional<Cidr> exception = range(exceptions.get(i), leniency, here, checks);
            if (exception.isPresent() && !range.get().strictlyContains(exception.get())) {
                checks.invalid(here, exceptions.get(i), "must be a strict subset of `cidr`");
            }
        }
    }

    private static Optional<Cidr> range(String text, Leniency leniency, FieldPath at, Checks checks) {
        return leniency.ranges().contains(text) ? Cidr.parse(text) : Cidr.checkLegacy(text, at, checks);
    }

    @Override
    public List<String> warnings(ObjectValue object) {
        var warnings = new ArrayList<String>();
        ranges(object.object("spec"), "ingress", "from", warnings);
        ranges(object.object("spec"), "egress", "to", warnings);
        return warnings;
    }

    private static void ranges(ObjectValue spec, String direction, String side, List<String> warnings) {
        List<ObjectValue> rules = spec.list(direction).objects();
        for (int i = 0; i < rules.size(); i++) {
            List<ObjectValue> peers = rules.get(i).list(side).objects();
            for (int j = 0; j < peers.size(); j++) {
                FieldPath at = FieldPath.of("spec")
                        .child(direction)
                        .index(i)
                        .child(side)
                        .index(j)
                        .child("ipBlock");
                ObjectValue block = peers.get(j).object("ipBlock");
                warnings.addAll(Cidr.warnings(block.string("cidr"), at.child("cidr")));
                List<String> except = block.list("except").strings();
                for (int k = 0; k < except.size(); k++) {
                    warnings.addAll(
                            Cidr.warnings(except.get(k), at.child("except").index(k)));
                }
            }
        }
    }
}
