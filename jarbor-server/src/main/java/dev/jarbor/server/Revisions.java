package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.client.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules by which {@code resourceVersion}, {@code resourceVersionMatch} and their companions are read.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">Resource versions</a>
 */
final class Revisions {
    private static final FieldPath MATCH = FieldPath.of("resourceVersionMatch");

    private Revisions() {}

    /** The revision that {@code text} names; 0 for "" and "0", which both leave the choice to the server. */
    static long parse(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            long revision = Long.parseUnsignedLong(text);
            if (revision >= 0) {
                return revision;
            }
        } catch (NumberFormatException malformed) {
            // answered below
        }
        throw ApiException.badRequest("invalid resource version \"" + text + "\"");
    }

    /** Refuses a combination of list options that means nothing. */
    static void checkList(Query query) {
        var errors = new ArrayList<FieldError>();
        String match = query.string("resourceVersionMatch");
        String version = query.string("resourceVersion");
        if (query.bool("sendInitialEvents")) {
            errors.add(
                    FieldError.forbidden(FieldPath.of("sendInitialEvents"), "sendInitialEvents is forbidden for list"));
        }
        if (!match.isEmpty()) {
            if (version.isEmpty()) {
                errors.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            if (!query.string("continue").isEmpty()) {
                errors.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
            }
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                errors.add(FieldError.notSupported(MATCH, match, List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && version.equals("0")) {
                errors.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        refuse(errors);
    }

    /** Refuses a combination of watch options that means nothing. */
    static void checkWatch(Query query) {
        var errors = new ArrayList<FieldError>();
        String match = query.string("resourceVersionMatch");
        if (query.has("sendInitialEvents")) {
            if (match.isEmpty()) {
                errors.add(FieldError.forbidden(
                        MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
            } else if (!match.equals("NotOlderThan")) {
                errors.add(FieldError.notSupported(MATCH, match, List.of("NotOlderThan")));
            }
        } else if (!match.isEmpty()) {
            errors.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden for watch"));
        }
        refuse(errors);
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", "ListOptions"), "", errors);
        }
    }
}
