package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashSet;
import java.util.List;

/** What a node reports of containers. */
final class ContainerStatuses {
    private static final List<String> LISTS =
            List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");
    private static final List<String> HEALTHS = List.of("Healthy", "Unhealthy", "Unknown");
    private static final int LONGEST_MESSAGE = 1024;

    private ContainerStatuses() {}

    /** A container that has ended for good does not come back. */
    static void transitions(ObjectValue old, ObjectValue status, ObjectValue spec, FieldPath at, Checks checks) {
        for (String list : LISTS) {
            boolean ephemeral = list.equals("ephemeralContainerStatuses");
            if (!ephemeral && anyRestartsAll(spec)) {
                continue;
            }
            ListValue containers = spec.list(list.startsWith("init") ? "initContainers" : "containers");
            List<ObjectValue> before = old.list(list).objects();
            for (int i = 0; i < before.size(); i++) {
                ObjectValue ended = before.get(i).object("state").object("terminated");
                String name = before.get(i).string("name");
                boolean back = before.get(i).object("state").has("terminated")
                        && isBack(name, status.list(list).objects());
                if (back && (ephemeral || !mayRestart(name, ended.integer("exitCode"), containers, spec))) {
                    checks.forbidden(
                            at.child(list).index(i).child("state"), "may not be transitioned to non-terminated state");
                }
            }
        }
    }

    private static boolean anyRestartsAll(ObjectValue spec) {
        return List.of("initContainers", "containers").stream()
                .flatMap(list -> spec.list(list).objects().stream())
                .flatMap(container -> container.list("restartPolicyRules").objects().stream())
                .anyMatch(rule -> rule.string("action").equals("RestartAllContainers"));
    }

    private static boolean isBack(String name, List<ObjectValue> statuses) {
        for (ObjectValue status : statuses) {
            if (status.string("name").equals(name)) {
                return !status.object("state").has("terminated");
            }
        }
        return false;
    }

    /** Rules of the container first, then its policy, then its pod's. */
    private static boolean mayRestart(String name, long code, ListValue containers, ObjectValue spec) {
        for (ObjectValue container : containers.objects()) {
            if (!container.string("name").equals(name)) {
                continue;
            }
            if (!container.has("restartPolicy")) {
                return restarts(spec.string("restartPolicy"), code);
            }
            for (ObjectValue rule : container.list("restartPolicyRules").objects()) {
                if (matches(rule.object("exitCodes"), code)) {
                    return true;
                }
            }
            return restarts(container.string("restartPolicy"), code);
        }
        return false;
    }

    private static boolean matches(ObjectValue codes, long code) {
        boolean listed = codes.list("values").items().contains(new IntegerValue(code));
        return codes.string("operator").equals("In")
                ? listed
                : codes.string("operator").equals("NotIn") && !listed;
    }

    private static boolean restarts(String policy, long code) {
        return switch (policy) {
            case "Never" -> false;
            case "OnFailure" -> code != 0;
            default -> true;
        };
    }

    static void users(ObjectValue status, ObjectValue spec, FieldPath at, Checks checks) {
        boolean windows = spec.object("os").string("name").equals("windows");
        for (String list : LISTS) {
            List<ObjectValue> statuses = status.list(list).objects();
            for (int i = 0; i < statuses.size(); i++) {
                ObjectValue user = statuses.get(i).object("user");
                if (!user.has("linux")) {
                    continue;
                }
                FieldPath here = at.child(list).index(i).child("user").child("linux");
                if (windows) {
                    checks.forbidden(here, "cannot be set for a windows pod");
                    continue;
                }
                ObjectValue linux = user.object("linux");
                ContainerSecurity.id(linux.integer("uid"), here.child("uid"), checks);
                ContainerSecurity.id(linux.integer("gid"), here.child("gid"), checks);
                ListValue groups = linux.list("supplementalGroups");
                for (int j = 0; j < groups.size(); j++) {
                    long group = groups.get(j) instanceof IntegerValue(long number) ? number : 0;
                    ContainerSecurity.id(group, here.child("supplementalGroups").index(j), checks);
                }
            }
        }
    }

    /** How devices are that containers were given. */
    static void devices(ObjectValue status, ObjectValue spec, FieldPath at, Checks checks) {
        for (String list : LISTS) {
            List<ObjectValue> statuses = status.list(list).objects();
            for (int i = 0; i < statuses.size(); i++) {
                List<ObjectValue> devices =
                        statuses.get(i).list("allocatedResourcesStatus").objects();
                FieldPath here = at.child(list).index(i).child("allocatedResourcesStatus");
                if (list.startsWith("ephemeral")) {
                    if (!devices.isEmpty()) {
                        checks.forbidden(here, "must not be specified in container status");
                    }
                    continue;
                }
                ListValue containers = spec.list(list.startsWith("init") ? "initContainers" : "containers");
                for (int j = 0; j < devices.size(); j++) {
                    owner(devices.get(j), statuses.get(i).string("name"), containers, here.index(j), checks);
                    health(
                            devices.get(j).list("resources").objects(),
                            here.index(j).child("resources"),
                            checks);
                }
            }
        }
    }

    private static void owner(ObjectValue device, String name, ListValue containers, FieldPath at, Checks checks) {
        String resource = device.string("name");
        boolean claim = resource.startsWith("claim:");
        for (ObjectValue container : containers.objects()) {
            if (!container.string("name").equals(name)) {
                continue;
            }
            ObjectValue resources = container.object("resources");
            boolean found = claim
                    ? resources.list("claims").objects().stream().anyMatch(used -> resource.equals(claimed(used)))
                    : resources.object("requests").has(resource);
            if (!found) {
                checks.invalid(
                        at.child("name"),
                        resource,
                        claim
                                ? "must match one of the container's resource claims in a format"
                                        + " 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty"
                                : "must match one of the container's resource requests");
            }
            return;
        }
    }

    private static String claimed(ObjectValue used) {
        String request = used.string("request");
        return "claim:" + used.string("name") + (request.isEmpty() ? "" : "/" + request);
    }

    private static void health(List<ObjectValue> resources, FieldPath at, Checks checks) {
        var seen = new HashSet<String>();
        for (int i = 0; i < resources.size(); i++) {
            ObjectValue resource = resources.get(i);
            if (!HEALTHS.contains(resource.string("health"))) {
                checks.notSupported(at.index(i).child("health"), resource.string("health"), HEALTHS);
            }
            if (resource.has("message")) {
                FieldPath message = at.index(i).child("message");
                if (resource.string("message").isEmpty()) {
                    checks.required(message, "must be non-empty if specified");
                } else if (resource.string("message").length() > LONGEST_MESSAGE) {
                    checks.add(FieldError.tooLong(message, LONGEST_MESSAGE));
                }
            }
            if (!seen.add(resource.string("resourceID"))) {
                checks.duplicate(at.index(i).child("resourceID"), resource.string("resourceID"));
            }
        }
    }
}
