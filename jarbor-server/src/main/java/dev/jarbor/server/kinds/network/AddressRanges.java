package dev.jarbor.server.kinds.network;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Cidr;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * The rules of ServiceCIDRs, from which Services get their addresses, and of IPAddresses, one for each that is given.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/cluster-ip-allocation/">Service ClusterIP
 *     allocation</a>
 */
public final class AddressRanges {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath RANGES = SPEC.child("cidrs");

    private AddressRanges() {}

    /** IPAddresses: each names the object that has it, for good. */
    public static final class Addresses implements Strategy {
        private static final FieldPath PARENT = SPEC.child("parentRef");

        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            if (!object.object("spec").has("parentRef")) {
                checks.required(PARENT);
                return checks.errors();
            }
            ObjectValue parent = object.object("spec").object("parentRef");
            if (!parent.string("group").isEmpty()) {
                checks.dnsSubdomain(parent.string("group"), PARENT.child("group"));
            }
            Backends.segment(parent, "resource", PARENT, checks);
            Backends.segment(parent, "name", PARENT, checks);
            String namespace = parent.string("namespace");
            checks.problems(PARENT.child("namespace"), namespace, Names.pathSegment(namespace));
            return checks.errors();
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            if (!Same.at(before.object("spec"), after.object("spec"), "parentRef")) {
                checks.invalid(PARENT, after.object("spec").valueOrNull("parentRef"), Checks.IMMUTABLE);
            }
            return checks.errors();
        }
    }

    /** ServiceCIDRs: one range, or one of each family. */
    public static final class Ranges implements Strategy {
        @Override
        public List<FieldError> validate(ObjectValue object) {
            var checks = new Checks();
            check(object.object("spec"), checks);
            return checks.errors();
        }

        private static void check(ObjectValue spec, Checks checks) {
            List<String> ranges = spec.list("cidrs").strings();
            if (ranges.isEmpty()) {
                checks.required(RANGES, "at least one CIDR required");
                return;
            }
            if (ranges.size() > 2) {
                checks.invalid(RANGES, spec, "may only hold up to 2 values");
                return;
            }
            for (int i = 0; i < ranges.size(); i++) {
                Cidr.check(ranges.get(i), RANGES.index(i), checks);
            }
            Optional<Cidr> first = Cidr.parse(ranges.getFirst());
            Optional<Cidr> last = Cidr.parse(ranges.getLast());
            boolean known = first.isPresent() && last.isPresent();
            if (ranges.size() == 2
                    && known
                    && first.get().isFour() == last.get().isFour()) {
                checks.invalid(
                        RANGES,
                        spec.list("cidrs"),
                        "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64");
            }
        }

        @Override
        public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
            var checks = new Checks();
            List<String> old = before.object("spec").list("cidrs").strings();
            List<String> ranges = after.object("spec").list("cidrs").strings();
            boolean grown = old.size() == 1 && ranges.size() == 2;
            if (old.size() != ranges.size() && !grown) {
                checks.invalid(RANGES, after.object("spec").list("cidrs"), Checks.IMMUTABLE);
                return checks.errors();
            }
            for (int i = 0; i < old.size(); i++) {
                if (!old.get(i).equals(ranges.get(i))) {
                    checks.invalid(RANGES.index(i), ranges.get(i), Checks.IMMUTABLE);
                }
            }
            if (grown) {
                check(after.object("spec"), checks);
            }
            return checks.errors();
        }
    }
}
