package dev.jarbor.server.auth;

import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.select.Requirement;
import java.util.List;

/**
 * What an authorisation decision looks at. For resource requests {@code path} is ""; for others it is the URL path and
 * the resource parts are "".
 *
 * @param verb lower-case, such as {@code get} or {@code deletecollection}; for non-resource paths the HTTP method's word
 * @param fields what the request's field selector asks, which narrows what it reaches
 * @param labels the same of its label selector
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
        String path,
        List<FieldSelector.Term> fields,
        List<Requirement> labels) {
    public Attributes {
        fields = List.copyOf(fields);
        labels = List.copyOf(labels);
    }

    /** Of a request without selectors. */
    public Attributes(
            User user,
            String verb,
            String group,
            String version,
            String resource,
            String subresource,
            String namespace,
            String name,
            String path) {
        this(user, verb, group, version, resource, subresource, namespace, name, path, List.of(), List.of());
    }

    public static Attributes nonResource(User user, String verb, String path) {
        return new Attributes(user, verb, "", "", "", "", "", "", path);
    }

    public boolean isResourceRequest() {
        return path.isEmpty();
    }

    /** The same question with selectors. */
    public Attributes selecting(List<FieldSelector.Term> fields, List<Requirement> labels) {
        return new Attributes(user, verb, group, version, resource, subresource, namespace, name, path, fields, labels);
    }

    /** {@code pods} or {@code pods/log}. */
    public String resourceAndSubresource() {
        return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
}
