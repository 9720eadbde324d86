package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * StorageVersions: in which version each API server keeps the objects of a resource.
 *
 * @see <a href="https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/2339-storageversion-api-for-ha-api-servers">KEP-2339</a>
 */
final class StorageVersions implements Strategy {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final FieldPath COMMON = STATUS.child("commonEncodingVersion");
    private static final String NO_API_VERSION =
            "an apiVersion is a DNS-1035 label, which must consist of lower case alphanumeric characters or '-', start"
                    + " with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',"
                    + " regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?') with an optional DNS subdomain prefix and"
                    + " '/' (e.g. 'example.com/MyVersion')";

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        status(object.object("status"), checks);
        return checks.errors();
    }

    /** There is nothing in the object itself. */
    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        return List.of();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return validate(after);
    }

    private static void status(ObjectValue status, Checks checks) {
        List<ObjectValue> servers = status.list("storageVersions").objects();
        for (int i = 0; i < servers.size(); i++) {
            server(servers.get(i), STATUS.child("storageVersions").index(i), checks);
        }
        common(servers, status, checks);
        conditions(status.list("conditions").objects(), checks);
    }

    private static void server(ObjectValue server, FieldPath at, Checks checks) {
        checks.dnsSubdomain(server.string("apiServerID"), at.child("apiServerID"));
        String kept = server.string("encodingVersion");
        apiVersion(kept, at.child("encodingVersion"), checks);
        ListValue read = server.list("decodableVersions");
        List<String> texts = read.strings();
        for (int i = 0; i < texts.size(); i++) {
            apiVersion(texts.get(i), at.child("decodableVersions").index(i), checks);
        }
        if (!texts.contains(kept)) {
            checks.invalid(
                    at.child("decodableVersions"), read, "decodableVersions must include encodingVersion " + kept);
        }
    }

    private static void apiVersion(String text, FieldPath at, Checks checks) {
        String[] parts = text.split("/", -1);
        var problems = new ArrayList<String>();
        if (parts.length > 2) {
            problems.add(NO_API_VERSION);
        } else {
            if (parts.length == 2) {
                part("group", parts[0], Names.dnsSubdomain(parts[0]), problems);
            }
            String version = parts[parts.length - 1];
            part("version", version, Names.dns1035Label(version), problems);
        }
        if (!problems.isEmpty()) {
            checks.invalid(at, text, String.join(",", problems));
        }
    }

    private static void part(String name, String text, List<String> faults, List<String> problems) {
        List<String> found = text.isEmpty() ? List.of("must be non-empty") : faults;
        found.forEach(fault -> problems.add(name + " part: " + fault));
    }

    private static void common(List<ObjectValue> servers, ObjectValue status, Checks checks) {
        String said = status.string("commonEncodingVersion");
        boolean given = status.has("commonEncodingVersion");
        long versions = servers.stream()
                .map(server -> server.string("encodingVersion"))
                .distinct()
                .count();
        if (versions != 1) {
            if (given) {
                checks.invalid(
                        COMMON,
                        said,
                        "should be nil if servers do not agree on the same encoding version, or if there is no server"
                                + " reporting the supported versions yet");
            }
            return;
        }
        String actual = servers.getFirst().string("encodingVersion");
        if (!given) {
            checks.invalid(COMMON, NullValue.NULL, "the common encoding version is " + actual);
        } else if (!actual.equals(said)) {
            checks.invalid(COMMON, said, "the actual common encoding version is " + actual);
        }
    }

    /** The reference names these conditions by the status that they stand in. */
    private static void conditions(List<ObjectValue> conditions, Checks checks) {
        Map<String, Integer> seen = new HashMap<>();
        for (int i = 0; i < conditions.size(); i++) {
            ObjectValue condition = conditions.get(i);
            String type = condition.string("type");
            FieldPath at = STATUS.index(i);
            Integer earlier = seen.put(type, i);
            if (earlier != null) {
                checks.invalid(
                        at.child("type"),
                        type,
                        "the type of the condition is not unique, it also appears in conditions[" + earlier + "]");
            }
            checks.qualifiedName(type, at.child("type"));
            checks.problems(at.child("status"), type, Labels.key(condition.string("status")));
            checks.required(condition, "reason", at, "reason cannot be empty");
            checks.required(condition, "message", at, "message cannot be empty");
        }
    }
}
