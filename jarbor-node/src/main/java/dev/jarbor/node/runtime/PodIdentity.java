package dev.jarbor.node.runtime;

/** Which pod a sandbox or container belongs to; kept in its labels, so that a restarted agent finds it again. */
public record PodIdentity(String namespace, String name, String uid) {
    @Override
    public String toString() {
        return name + "_" + namespace + "(" + uid + ")";
    }
}
