package dev.jarbor.api.schema;

/** Names a kind. */
public record GroupVersionKind(String group, String version, String kind) {
    /** Of an object's own words, such as {@code apps/v1} and {@code Deployment}. */
    public static GroupVersionKind of(String apiVersion, String kind) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersionKind("", apiVersion, kind)
                : new GroupVersionKind(apiVersion.substring(0, slash), apiVersion.substring(slash + 1), kind);
    }

    /** {@code v1} or {@code apps/v1}. */
    public String apiVersion() {
        return group.isEmpty() ? version : group + "/" + version;
    }

    /** {@code apps/v1, Kind=Deployment}, as the reference prints it. */
    @Override
    public String toString() {
        return group + "/" + version + ", Kind=" + kind;
    }
}
