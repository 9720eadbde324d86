package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Labels;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Set;

/**
 * Which names of resources ({@code cpu}, {@code hugepages-2Mi}, {@code example.com/gpu}) mean what, and which may stand
 * where.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/">Resource Management for
 *     Pods and Containers</a>
 */
public final class ResourceNames {
    static final String NOT_WHOLE = "must be an integer";
    private static final String HUGE_PAGES = "hugepages-";
    private static final String REQUESTS = "requests.";

    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> COUNTED = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");
    private static final Set<String> AMOUNTS = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "requests.storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceNames() {}

    /** Pages of memory of a size that the name says. */
    public static boolean isHugePages(String name) {
        return name.startsWith(HUGE_PAGES);
    }

    /** Known to Kubernetes itself: without a domain, or with one of its own. */
    public static boolean isNative(String name) {
        return name.indexOf('/') < 0 || name.contains("kubernetes.io/");
    }

    /** Offered by somebody else, such as {@code example.com/gpu}; only whole ones can be had. */
    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith(REQUESTS)
                && Labels.key(REQUESTS + name).isEmpty();
    }

    /** Whether a request may be less than its limit. */
    public static boolean mayOvercommit(String name) {
        return isNative(name) && !isHugePages(name);
    }

    /** Whether only whole amounts make sense. */
    public static boolean isWhole(String name) {
        return COUNTED.contains(name) || isExtended(name);
    }

    /** What quotas count by a name without a domain. */
    public static boolean isQuota(String name) {
        return COUNTED.contains(name) || AMOUNTS.contains(name) || isQuotaHugePages(name);
    }

    private static boolean isStandard(String name) {
        return isQuota(name) || name.equals("storage");
    }

    private static boolean isQuotaHugePages(String name) {
        return name.startsWith(HUGE_PAGES) || name.startsWith(REQUESTS + HUGE_PAGES);
    }

    /** The size of one page; zero where the name says none. */
    static Quantity pageSize(String name) {
        return Quantity.tryParse(name.substring(HUGE_PAGES.length())).orElse(Quantity.ZERO);
    }

    /** Whether {@code amount} is made of whole pages. */
    public static boolean isDivisible(String name, Quantity amount) {
        Quantity page = pageSize(name);
        return page.signum() > 0 && !Amounts.isFractional(page) && amount.longValue() % page.longValue() == 0;
    }

    /** Any resource: a standard name, or a qualified one. Answers whether it is. */
    public static boolean any(String name, FieldPath at, Checks checks) {
        var problems = Labels.key(name);
        checks.problems(at, name, problems);
        if (problems.isEmpty() && name.indexOf('/') < 0 && !isStandard(name)) {
            checks.invalid(at, name, "must be a standard resource type or fully qualified");
            return false;
        }
        return problems.isEmpty();
    }

    /** What a container may ask for. */
    public static void ofContainer(String name, FieldPath at, Checks checks) {
        any(name, at, checks);
        if (name.indexOf('/') < 0) {
            if (!CONTAINER.contains(name) && !isHugePages(name)) {
                checks.invalid(at, name, "must be a standard resource for containers");
            }
        } else if (!isNative(name) && !isExtended(name)) {
            checks.invalid(at, name, "doesn't follow extended resource name standard");
        }
    }

    /** What a quota may bound. */
    public static void ofQuota(String name, FieldPath at, Checks checks) {
        any(name, at, checks);
        if (name.indexOf('/') < 0 && !isQuota(name)) {
            checks.invalid(at, name, "must be a standard resource for quota");
        }
    }

    /** An amount is not negative, and whole where only whole ones make sense. */
    public static void amount(String name, Value amount, FieldPath at, Checks checks) {
        Quantity quantity = Quantity.read(amount);
        if (quantity.signum() < 0) {
            checks.invalid(at, quantity.toString(), Checks.NEGATIVE);
        }
        if (isWhole(name) && Amounts.isFractional(quantity)) {
            checks.invalid(at, quantity.toString(), NOT_WHOLE);
        }
    }

    /** Names and amounts of a quota. */
    public static void quota(ObjectValue amounts, FieldPath at, Checks checks) {
        for (int i = 0; i < amounts.size(); i++) {
            FieldPath here = at.key(amounts.name(i));
            ofQuota(amounts.name(i), here, checks);
            amount(amounts.name(i), amounts.value(i), here, checks);
        }
    }
}
