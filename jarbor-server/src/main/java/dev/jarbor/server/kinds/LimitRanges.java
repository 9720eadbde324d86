package dev.jarbor.server.kinds;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import dev.jarbor.server.kinds.rules.ResourceNames;
import dev.jarbor.server.registry.Strategy;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Ranges of limits: what objects of a namespace may ask for at least and at most, and what they get that ask for
 * nothing.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/policy/limit-range/">Limit Ranges</a>
 */
final class LimitRanges implements Strategy {
    private static final FieldPath LIMITS = FieldPath.of("spec", "limits");
    private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");
    /** Beyond this the reference counts wholes instead of thousandths. */
    private static final long MOST_THOUSANDTHS = ((1L << 63) - 1) / 1000;

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return Edits.inside(object, "spec", spec -> Edits.each(spec, "limits", LimitRanges::filled));
    }

    /** For containers: the limit is the greatest there may be, the request is the limit, or else the least. */
    private static ObjectValue filled(ObjectValue item) {
        if (!item.string("type").equals("Container")) {
            return item;
        }
        ObjectValue limits = united(item.object("default"), item.object("max"));
        ObjectValue requests = united(united(item.object("defaultRequest"), limits), item.object("min"));
        ObjectValue filled = limits.isEmpty() ? item : item.with("default", limits);
        return requests.isEmpty() ? filled : filled.with("defaultRequest", requests);
    }

    private static ObjectValue united(ObjectValue amounts, ObjectValue more) {
        ObjectValue united = amounts;
        for (int i = 0; i < more.size(); i++) {
            united = Edits.absent(united, more.name(i), more.value(i));
        }
        return united;
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        Set<String> types = new HashSet<>();
        List<ObjectValue> items = object.object("spec").list("limits").objects();
        for (int i = 0; i < items.size(); i++) {
            FieldPath at = LIMITS.index(i);
            String type = items.get(i).string("type");
            type(type, at.child("type"), checks);
            if (!types.add(type)) {
                checks.duplicate(at.child("type"), type);
            }
            item(items.get(i), type, at, checks);
        }
        return checks.errors();
    }

    private static void type(String type, FieldPath at, Checks checks) {
        List<String> problems = Labels.key(type);
        checks.problems(at, type, problems);
        if (problems.isEmpty() && type.indexOf('/') < 0 && !TYPES.contains(type)) {
            checks.invalid(at, type, "must be a standard limit type or fully qualified");
        }
    }

    private static void item(ObjectValue item, String type, FieldPath at, Checks checks) {
        Set<String> names = new LinkedHashSet<>();
        names(item, "max", at, names, checks);
        names(item, "min", at, names, checks);
        boolean ofPod = type.equals("Pod");
        for (String field : List.of("default", "defaultRequest")) {
            if (!ofPod) {
                names(item, field, at, names, checks);
            } else if (!item.object(field).isEmpty()) {
                checks.forbidden(at.child(field), "may not be specified when `type` is 'Pod'");
            }
        }
        if (type.equals("PersistentVolumeClaim")
                && !item.object("min").has("storage")
                && !item.object("max").has("storage")) {
            checks.required(
                    at.child("limits"),
                    "either minimum or maximum storage value is required, but neither was provided");
        }
        names(item, "maxLimitRequestRatio", at, names, checks);
        ObjectValue compared = ofPod ? item.without("default").without("defaultRequest") : item;
        for (String name : names) {
            new Range(name, compared, at, checks).check();
        }
    }

    private static void names(ObjectValue item, String field, FieldPath at, Set<String> names, Checks checks) {
        ObjectValue amounts = item.object(field);
        String type = item.string("type");
        boolean ofContainers = type.equals("Pod") || type.equals("Container");
        for (int i = 0; i < amounts.size(); i++) {
            String name = amounts.name(i);
            names.add(name);
            FieldPath here = at.child(field).key(name);
            if (ofContainers) {
                ResourceNames.ofContainer(name, here, checks);
            } else {
                ResourceNames.any(name, here, checks);
            }
        }
    }

    /** What is said about one resource, which must not contradict itself. */
    private record Range(String name, ObjectValue item, FieldPath at, Checks checks) {
        private boolean has(String field) {
            return item.object(field).has(name);
        }

        private Quantity amount(String field) {
            return Quantity.read(item.object(field).valueOrNull(name));
        }

        void check() {
            ordered("min", "max", "min", "min", "min value %s is greater than max value %s");
            ordered(
                    "min",
                    "defaultRequest",
                    "defaultRequest",
                    "defaultRequest",
                    "min value %s is greater than default request value %s");
            ordered(
                    "defaultRequest",
                    "max",
                    "defaultRequest",
                    "defaultRequest",
                    "default request value %s is greater than max value %s");
            ordered(
                    "defaultRequest",
                    "default",
                    "defaultRequest",
                    "defaultRequest",
                    "default request value %s is greater than default limit value %s");
            ordered("min", "default", "default", "min", "min value %s is greater than default value %s");
            ordered("default", "max", "default", "max", "default value %s is greater than max value %s");
            ratio();
            if (!ResourceNames.mayOvercommit(name)
                    && has("default")
                    && has("defaultRequest")
                    && amount("default").compareTo(amount("defaultRequest")) != 0) {
                invalid(
                        "defaultRequest",
                        amount("defaultRequest"),
                        "default value " + amount("default") + " must equal to defaultRequest value "
                                + amount("defaultRequest") + " in " + name);
            }
        }

        /** {@code less} must not be greater than {@code more}; the fault is shown at {@code field}. */
        private void ordered(String less, String more, String field, String shown, String words) {
            if (has(less) && has(more) && amount(less).compareTo(amount(more)) > 0) {
                invalid(field, amount(shown), String.format(Locale.ROOT, words, amount(less), amount(more)));
            }
        }

        private void ratio() {
            if (!has("maxLimitRequestRatio")) {
                return;
            }
            Quantity ratio = amount("maxLimitRequestRatio");
            if (ratio.compareTo(Quantity.of(1)) < 0) {
                invalid("maxLimitRequestRatio", ratio, "ratio " + ratio + " is less than 1");
            }
            if (!has("min") || !has("max")) {
                return;
            }
            Quantity least = amount("min");
            Quantity most = amount("max");
            boolean fine = small(ratio) && small(least) && small(most);
            double limit = fine
                    ? (double) most.milliValue() / least.milliValue()
                    : (double) most.longValue() / least.longValue();
            if ((fine ? ratio.milliValue() / 1000.0 : ratio.longValue()) > limit) {
                invalid(
                        "maxLimitRequestRatio",
                        ratio,
                        String.format(Locale.ROOT, "ratio %s is greater than max/min = %f", ratio, limit));
            }
        }

        private static boolean small(Quantity amount) {
            return amount.longValue() < MOST_THOUSANDTHS;
        }

        private void invalid(String field, Quantity shown, String detail) {
            checks.invalid(at.child(field).key(name), shown.toString(), detail);
        }
    }
}
