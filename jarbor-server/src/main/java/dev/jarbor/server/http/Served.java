package dev.jarbor.server.http;

import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.registry.ServedResource;
import java.util.Optional;
import java.util.Set;

/** Looks up what is served. */
final class Served {
    /** Subresources whose object is the resource's own. */
    private static final Set<String> OWN_KIND =
            Set.of("status", "approval", "finalize", "ephemeralcontainers", "resize");

    private Served() {}

    static ServedResource resource(ApiServer server, ResourcePath path) {
        return server.registry()
                .find(path.group(), path.version(), path.plural())
                .orElseThrow(ApiException::unknownResource);
    }

    /** The shapes and encodings in which the resource at {@code path} can be shown. */
    static AnswerFormat.Offer offer(ApiServer server, Protobuf protobuf, ResourcePath path) {
        Optional<ServedResource> served = server.registry().find(path.group(), path.version(), path.plural());
        if (served.isEmpty()) {
            return AnswerFormat.Offer.PLAIN;
        }
        ServedResource resource = served.get();
        boolean own = path.subresource().isEmpty() || OWN_KIND.contains(path.subresource());
        boolean rows = own && resource.definition().verbs().contains("list");
        boolean binary =
                protobuf.encodes(resource.kind().apiVersion(), resource.kind().name());
        return new AnswerFormat.Offer(rows, true, binary);
    }

    /** The kind of the objects that are written at {@code path}. */
    static String kind(ApiServer server, ResourcePath path) {
        return server.registry()
                .find(path.group(), path.version(), path.plural())
                .map(ServedResource::definition)
                .map(definition -> definition
                        .subresource(path.subresource())
                        .map(SubresourceDefinition::kind)
                        .map(kind -> kind.kind())
                        .orElse(definition.kind()))
                .orElse("");
    }
}
