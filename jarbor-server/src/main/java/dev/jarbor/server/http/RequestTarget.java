package dev.jarbor.server.http;

import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import java.util.List;
import java.util.Optional;

/**
 * What a URL points at, as the reference's request info resolver reads it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris">API concepts, resource URIs</a>
 */
sealed interface RequestTarget {
    /** @param watch whether the old {@code /watch/} form of the path was used */
    record Resource(ResourcePath path, boolean watch) implements RequestTarget {}

    record NonResource(String path) implements RequestTarget {}

    static RequestTarget of(RequestHead head) {
        List<String> parts = head.segments();
        boolean core = parts.size() > 2 && parts.getFirst().equals("api");
        boolean grouped = parts.size() > 3 && parts.getFirst().equals("apis");
        if (!core && !grouped) {
            return new NonResource(head.path());
        }
        String group = core ? "" : parts.get(1);
        String version = core ? parts.get(1) : parts.get(2);
        List<String> rest = parts.subList(core ? 2 : 3, parts.size());
        boolean watch = rest.getFirst().equals("watch") && rest.size() > 1;
        return new Resource(resource(group, version, watch ? rest.subList(1, rest.size()) : rest), watch);
    }

    private static ResourcePath resource(String group, String version, List<String> parts) {
        boolean namespaced = parts.getFirst().equals("namespaces") && parts.size() > 2;
        // status and finalize belong to the namespace itself; nothing else that follows its name does
        boolean ofNamespace = namespaced
                && group.isEmpty()
                && parts.size() == 3
                && (parts.get(2).equals("status") || parts.get(2).equals("finalize"));
        List<String> own = namespaced && !ofNamespace ? parts.subList(2, parts.size()) : parts;
        return new ResourcePath(
                group,
                version,
                own.getFirst(),
                namespaced && !ofNamespace ? parts.get(1) : "",
                own.size() > 1 ? own.get(1) : "",
                own.size() > 2 ? subresource(own.subList(2, own.size())) : "");
    }

    /** What follows {@code proxy} is not this server's to read. */
    private static String subresource(List<String> parts) {
        return parts.getFirst().equals("proxy") ? "proxy" : String.join("/", parts);
    }

    /** The verb of {@code method} on a resource; empty for methods that resources do not have. */
    static Optional<Verb> verb(String method, Resource target, boolean watching) {
        boolean collection = target.path().name().isEmpty();
        return Optional.ofNullable(
                switch (method) {
                    case "GET" ->
                        target.watch() || (watching && collection) ? Verb.WATCH : collection ? Verb.LIST : Verb.GET;
                    case "POST" -> Verb.CREATE;
                    case "PUT" -> Verb.UPDATE;
                    case "PATCH" -> Verb.PATCH;
                    case "DELETE" -> collection ? Verb.DELETECOLLECTION : Verb.DELETE;
                    default -> null;
                });
    }
}
