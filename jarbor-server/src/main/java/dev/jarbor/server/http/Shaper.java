package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Details;
import dev.jarbor.api.status.Reason;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.table.Tables;
import dev.jarbor.server.table.Tables.IncludeObject;

/** Shows the objects of one answer, or of one watch, in the shape that its client asked for. */
final class Shaper {
    private final ApiServer server;
    private final Tables tables;
    private final AnswerFormat format;
    private final ResourcePath path;
    private final IncludeObject include;
    /** The columns come once, with the first table. */
    private boolean headed = true;

    /** @param includeObject the query parameter of that name, which is for tables alone */
    Shaper(ApiServer server, Tables tables, AnswerFormat format, ResourcePath path, String includeObject) {
        this.server = server;
        this.tables = tables;
        this.format = format;
        this.path = path;
        this.include =
                format.shape() == AnswerFormat.Shape.TABLE ? IncludeObject.of(includeObject) : IncludeObject.METADATA;
    }

    /** {@code body}, an object or a list; a Status stays what it is. */
    ObjectValue shape(ObjectValue body) {
        if (body.string("kind").equals("Status")) {
            return body;
        }
        return switch (format.shape()) {
            case WHOLE -> body;
            case METADATA -> {
                if (isList(body)) {
                    throw wrongShape("a list", body);
                }
                yield Tables.partial(body, format.shapeGroupVersion());
            }
            case METADATA_LIST -> {
                if (!isList(body)) {
                    throw wrongShape("not a list", body);
                }
                yield Tables.partial(body, format.shapeGroupVersion());
            }
            case TABLE -> table(body);
        };
    }

    /** One event's object: nobody asks for a list of it. */
    ObjectValue shapeEvent(ObjectValue object) {
        return switch (format.shape()) {
            case WHOLE -> object;
            case METADATA, METADATA_LIST -> Tables.partial(object, format.shapeGroupVersion());
            case TABLE -> table(object);
        };
    }

    private ObjectValue table(ObjectValue body) {
        boolean first = headed;
        headed = false;
        ServedResource resource = Served.resource(server, path);
        return resource.custom().isCustom()
                ? tables.of(resource.custom().columns(), body, include, first, format.shapeGroupVersion())
                : tables.of(resource.definition(), body, include, first, format.shapeGroupVersion());
    }

    private static boolean isList(ObjectValue body) {
        return body.string("kind").endsWith("List") && body.has("items");
    }

    /** In the words of the reference, which names its own types. */
    private ApiException wrongShape(String what, ObjectValue body) {
        String group = path.group();
        int dot = group.indexOf('.');
        String home = group.isEmpty() ? "core" : dot < 0 ? group : group.substring(0, dot);
        return new ApiException(ApiStatus.failure(
                Reason.NOT_ACCEPTABLE,
                "you requested " + format.shape().kind() + ", but the requested object is " + what + " (*" + home + "."
                        + body.string("kind") + ")",
                Details.NONE));
    }
}
