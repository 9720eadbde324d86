package dev.jarbor.server.http;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.registry.ServedResource;

/** Looks up what is served. */
final class Served {
    private Served() {}

    static ResourceDefinition definition(ApiServer server, String group, String version, String plural) {
        return server.registry()
                .find(group, version, plural)
                .map(ServedResource::definition)
                .orElseThrow(ApiException::unknownResource);
    }
}
