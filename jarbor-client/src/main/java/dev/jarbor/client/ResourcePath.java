package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Where a resource lives: the parts of a Kubernetes API path. Absent parts are "".
 *
 * @param group API group, "" for the core group
 * @param version served version, such as {@code v1}
 * @param plural resource name, such as {@code pods}; "" where the path is that of the version's resources
 * @param namespace namespace, "" for cluster-scoped resources and for lists over all namespaces
 * @param name object name, "" for collections
 * @param subresource such as {@code status}; may hold slashes for proxied paths
 */
public record ResourcePath(
        String group, String version, String plural, String namespace, String name, String subresource) {
    private static final String PATH_SYMBOLS = "-._~!$&'()*+,;=:@";

    public static ResourcePath of(Kind<?> kind, ObjectKey key) {
        return new ResourcePath(
                kind.group(), kind.version(), kind.plural(), kind.namespaced() ? key.namespace() : "", key.name(), "");
    }

    /** The collection of {@code kind} in {@code namespace}; "" means all namespaces. */
    public static ResourcePath collection(Kind<?> kind, String namespace) {
        return new ResourcePath(
                kind.group(), kind.version(), kind.plural(), kind.namespaced() ? namespace : "", "", "");
    }

    /** Where a server says what it serves in a version of a group; to be read, and nothing else. */
    public static ResourcePath ofResources(String group, String version) {
        return new ResourcePath(group, version, "", "", "", "");
    }

    public boolean isOfResources() {
        return plural.isEmpty();
    }

    public ResourcePath withSubresource(String subresource) {
        return new ResourcePath(group, version, plural, namespace, name, subresource);
    }

    public ResourcePath withName(String name) {
        return new ResourcePath(group, version, plural, namespace, name, subresource);
    }

    public ResourcePath withNamespace(String namespace) {
        return new ResourcePath(group, version, plural, namespace, name, subresource);
    }

    public ObjectKey key() {
        return new ObjectKey(namespace, name);
    }

    /**
     * The path of a request URL, such as {@code /apis/apps/v1/namespaces/shop/deployments/web/scale}, escaped where
     * a URL needs it. Slashes divide a subresource, and are escaped anywhere else.
     */
    public String toUrl() {
        var url = new StringBuilder(group.isEmpty() ? "/api/" : "/apis/" + escape(group, false) + "/")
                .append(escape(version, false));
        if (isOfResources()) {
            return url.toString();
        }
        if (!namespace.isEmpty()) {
            url.append("/namespaces/").append(escape(namespace, false));
        }
        url.append('/').append(escape(plural, false));
        if (!name.isEmpty()) {
            url.append('/').append(escape(name, false));
        }
        if (!subresource.isEmpty()) {
            url.append('/').append(escape(subresource, true));
        }
        return url.toString();
    }

    /** RFC 3986, 3.3: everything but the characters that stand for themselves in a path segment. */
    private static String escape(String segment, boolean slashes) {
        var escaped = new StringBuilder(segment.length());
        for (byte b : segment.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || PATH_SYMBOLS.indexOf(c) >= 0 || (slashes && c == '/')) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return escaped.toString();
    }
}
