package dev.jarbor.server.auth;

/**
 * What an authorisation decision looks at. For resource requests {@code path} is ""; for others it is the URL path and
 * the resource parts are "".
 *
 * @param verb lower-case, such as {@code get} or {@code deletecollection}; for non-resource paths the HTTP method's word
 */
public record Attributes(
        User user,
        String verb,
        String group,
        String version,
        String resource,
        String subresource,
        String namespace,
        String name,
        String path) {

    public static Attributes nonResource(User user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", "", "", path);
    }
}
