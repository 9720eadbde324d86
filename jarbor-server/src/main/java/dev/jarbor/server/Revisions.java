package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Query;
import dev.jarbor.server.registry.ServedResource;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules by which {@code resourceVersion}, {@code resourceVersionMatch} and their companions are read.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">Resource versions</a>
 */
final class Revisions {
    private static final FieldPath MATCH = FieldPath.of("resourceVersionMatch");
    private static final FieldPath INITIAL = FieldPath.of("sendInitialEvents");
    private static final FieldPath VERSION = FieldPath.of("resourceVersion");

    private Revisions() {}

    /** The revision that {@code text} names; 0 for "" and "0", which both leave the choice to the server. */
    static long parse(String text) {
        try {
            return text.isEmpty() ? 0 : revision(text);
        } catch (Numbers.MalformedNumberException malformed) {
            throw ApiException.badRequest("invalid resource version: " + error(text, malformed));
        }
    }

    /** The same for a watch, which refuses what is no number as an invalid field. */
    static long parseForWatch(ServedResource resource, String text) {
        try {
            return text.isEmpty() ? 0 : revision(text);
        } catch (Numbers.MalformedNumberException malformed) {
            throw ApiException.invalid(
                    new GroupKind(resource.kind().group(), resource.kind().plural()),
                    "",
                    List.of(error(text, malformed)));
        }
    }

    /** Beyond what a signed number holds no revision will ever come: such a one is simply far ahead. */
    private static long revision(String text) throws Numbers.MalformedNumberException {
        long revision = Numbers.unsigned(text);
        return revision < 0 ? Long.MAX_VALUE : revision;
    }

    private static FieldError error(String text, Numbers.MalformedNumberException malformed) {
        return FieldError.invalid(VERSION, Value.of(text), String.valueOf(malformed.getMessage()));
    }

    /** The number in the query parameter {@code name}; 0 where there is none. */
    static long number(Query query, String name) {
        String text = query.string(name);
        try {
            return text.isEmpty() ? 0 : Numbers.signed(text);
        } catch (Numbers.MalformedNumberException malformed) {
            throw ApiException.badRequest(String.valueOf(malformed.getMessage()));
        }
    }

    /** Refuses a combination of list options that means nothing. */
    static void checkList(Query query) {
        var errors = new ArrayList<FieldError>();
        String match = query.string("resourceVersionMatch");
        String version = query.string("resourceVersion");
        if (!match.isEmpty()) {
            if (version.isEmpty()) {
                errors.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            }
            forbidContinue(query, errors);
            if (!match.equals("Exact") && !match.equals("NotOlderThan")) {
                errors.add(FieldError.notSupported(MATCH, match, List.of("Exact", "NotOlderThan", "")));
            }
            if (match.equals("Exact") && version.equals("0")) {
                errors.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
            }
        }
        if (query.has("sendInitialEvents")) {
            errors.add(FieldError.forbidden(INITIAL, "sendInitialEvents is forbidden for list"));
        }
        refuse(errors);
    }

    /** Refuses a combination of watch options that means nothing. */
    static void checkWatch(Query query, boolean lists) {
        var errors = new ArrayList<FieldError>();
        String match = query.string("resourceVersionMatch");
        boolean initial = query.has("sendInitialEvents");
        if (initial && !lists) {
            errors.add(FieldError.forbidden(
                    INITIAL, "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled"));
            refuse(errors);
        }
        if (initial && !match.equals("NotOlderThan")) {
            errors.add(FieldError.forbidden(
                    MATCH, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        }
        if (!match.isEmpty()) {
            if (!initial) {
                errors.add(FieldError.forbidden(
                        MATCH, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
            }
            if (!match.equals("NotOlderThan")) {
                errors.add(FieldError.notSupported(MATCH, match, List.of("NotOlderThan")));
            }
            forbidContinue(query, errors);
        }
        refuse(errors);
    }

    private static void forbidContinue(Query query, List<FieldError> errors) {
        if (!query.string("continue").isEmpty()) {
            errors.add(FieldError.forbidden(MATCH, "resourceVersionMatch is forbidden when continue is provided"));
        }
    }

    private static void refuse(List<FieldError> errors) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", "ListOptions"), "", errors);
        }
    }
}
