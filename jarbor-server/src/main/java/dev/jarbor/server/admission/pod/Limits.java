package dev.jarbor.server.admission.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.quota.PodAmounts;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.value.ObjectValue;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is out of the bounds of one entry of a LimitRange, in the reference's words. */
final class Limits {
    private Limits() {}

    static List<String> ofPod(ObjectValue limit, ObjectValue pod) {
        var problems = new ArrayList<String>();
        String type = limit.string("type");
        if (type.equals("Container")) {
            for (String list : List.of("containers", "initContainers")) {
                for (ObjectValue container : pod.object("spec").list(list).objects()) {
                    ObjectValue resources = container.object("resources");
                    check(
                            limit,
                            Usage.read(resources.object("requests")),
                            Usage.read(resources.object("limits")),
                            problems);
                }
            }
        } else if (type.equals("Pod")) {
            check(limit, PodAmounts.containerRequests(pod), PodAmounts.containerLimits(pod), problems);
        }
        return problems;
    }

    /** A claim has no limits; its requests must be within. */
    static List<String> ofClaim(ObjectValue limit, ObjectValue claim) {
        var problems = new ArrayList<String>();
        if (!limit.string("type").equals("PersistentVolumeClaim")) {
            return problems;
        }
        Usage requests = Usage.read(claim.object("spec").object("resources").object("requests"));
        Usage min = Usage.read(limit.object("min"));
        min.names()
                .forEach(name ->
                        atLeast(limit, name, min.of(name), requests, Usage.NONE).ifPresent(problems::add));
        Usage max = Usage.read(limit.object("max"));
        max.names()
                .forEach(name ->
                        requestAtMost(limit, name, max.of(name), requests).ifPresent(problems::add));
        return problems;
    }

    private static void check(ObjectValue limit, Usage requests, Usage limits, List<String> problems) {
        Usage min = Usage.read(limit.object("min"));
        min.names()
                .forEach(name ->
                        atLeast(limit, name, min.of(name), requests, limits).ifPresent(problems::add));
        Usage max = Usage.read(limit.object("max"));
        max.names()
                .forEach(name ->
                        atMost(limit, name, max.of(name), requests, limits).ifPresent(problems::add));
        Usage ratio = Usage.read(limit.object("maxLimitRequestRatio"));
        ratio.names()
                .forEach(name -> ratioAtMost(limit, name, ratio.of(name), requests, limits)
                        .ifPresent(problems::add));
    }

    private static Optional<String> atLeast(
            ObjectValue limit, String name, Quantity min, Usage requests, Usage limits) {
        String bound = bound("minimum", limit, name, min);
        if (!requests.has(name)) {
            return Optional.of(bound + ".  No request is specified");
        }
        if (requests.of(name).compareTo(min) < 0) {
            return Optional.of(bound + ", but request is " + requests.of(name));
        }
        return limits.has(name) && limits.of(name).compareTo(min) < 0
                ? Optional.of(bound + ", but limit is " + limits.of(name))
                : Optional.empty();
    }

    private static Optional<String> atMost(ObjectValue limit, String name, Quantity max, Usage requests, Usage limits) {
        String bound = bound("maximum", limit, name, max);
        if (!limits.has(name)) {
            return Optional.of(bound + ".  No limit is specified");
        }
        if (limits.of(name).compareTo(max) > 0) {
            return Optional.of(bound + ", but limit is " + limits.of(name));
        }
        return requests.has(name) && requests.of(name).compareTo(max) > 0
                ? Optional.of(bound + ", but request is " + requests.of(name))
                : Optional.empty();
    }

    private static Optional<String> requestAtMost(ObjectValue limit, String name, Quantity max, Usage requests) {
        String bound = bound("maximum", limit, name, max);
        if (!requests.has(name)) {
            return Optional.of(bound + ".  No request is specified");
        }
        return requests.of(name).compareTo(max) > 0
                ? Optional.of(bound + ", but request is " + requests.of(name))
                : Optional.empty();
    }

    private static String bound(String which, ObjectValue limit, String name, Quantity amount) {
        return which + " " + name + " usage per " + limit.string("type") + " is " + amount;
    }

    private static Optional<String> ratioAtMost(
            ObjectValue limit, String name, Quantity most, Usage requests, Usage limits) {
        String bound = name + " max limit to request ratio per " + limit.string("type") + " is " + most;
        if (requests.of(name).isZero()) {
            return Optional.of(bound + ", but no request is specified or request is 0");
        }
        if (limits.of(name).isZero()) {
            return Optional.of(bound + ", but no limit is specified or limit is 0");
        }
        var ratio = limits.of(name).amount().divide(requests.of(name).amount(), MathContext.DECIMAL64);
        return ratio.compareTo(most.amount()) > 0
                ? Optional.of(bound + ", but provided ratio is " + String.format(Locale.ROOT, "%f", ratio))
                : Optional.empty();
    }
}
