package dev.jarbor.server.http;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.client.Query;
import java.util.ArrayList;
import java.util.List;

/** Reads the options of the {@code log} subresource out of a query and checks them. */
final class LogQuery {
    private static final Kind<GenericObject> OPTIONS = Kind.generic("", "v1", "PodLogOptions", "pods", true);

    private LogQuery() {}

    static LogOptions read(String pod, Query query) {
        long tailLines = number(query, "tailLines");
        long sinceSeconds = number(query, "sinceSeconds");
        long limitBytes = number(query, "limitBytes");
        var errors = new ArrayList<FieldError>();
        if (query.has("tailLines") && tailLines < 0) {
            errors.add(FieldError.invalid(FieldPath.of("tailLines"), tailLines, "must be greater than or equal to 0"));
        }
        if (query.has("limitBytes") && limitBytes < 1) {
            errors.add(FieldError.invalid(FieldPath.of("limitBytes"), limitBytes, "must be greater than 0"));
        }
        if (query.has("sinceSeconds") && query.has("sinceTime")) {
            errors.add(FieldError.forbidden(
                    FieldPath.of("sinceSeconds"), "at most one of `sinceTime` or `sinceSeconds` may be specified"));
        } else if (query.has("sinceSeconds") && sinceSeconds < 1) {
            errors.add(FieldError.invalid(FieldPath.of("sinceSeconds"), sinceSeconds, "must be greater than 0"));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(OPTIONS, pod, List.copyOf(errors));
        }
        return new LogOptions(
                query.bool("follow"),
                query.bool("previous"),
                query.bool("timestamps"),
                tailLines,
                sinceSeconds,
                query.string("sinceTime"),
                limitBytes);
    }

    private static long number(Query query, String name) {
        if (!query.has(name)) {
            return -1;
        }
        try {
            return Long.parseLong(query.string(name));
        } catch (NumberFormatException malformed) {
            throw ApiException.badRequest(name + ": \"" + query.string(name) + "\" is not a whole number");
        }
    }
}
