package dev.jarbor.client;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;

/**
 * One request for a resource, the same within a process and over HTTPS. The HTTP server turns a URL into it; the HTTPS
 * client turns it into a URL.
 *
 * @param verb what is asked
 * @param path of which resource
 * @param query with which options
 * @param body the object to write, the patch, or the delete options; the empty object where there is none
 * @param patchType the format of {@code body} for {@link Verb#PATCH}; ignored otherwise
 */
public record ApiRequest(Verb verb, ResourcePath path, Query query, Value body, PatchType patchType) {

    public static ApiRequest of(Verb verb, ResourcePath path, Query query, Value body) {
        return new ApiRequest(verb, path, query, body, PatchType.MERGE);
    }

    public static ApiRequest of(Verb verb, ResourcePath path) {
        return of(verb, path, Query.NONE, ObjectValue.EMPTY);
    }
}
