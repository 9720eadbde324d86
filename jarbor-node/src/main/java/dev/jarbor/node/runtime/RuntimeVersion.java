package dev.jarbor.node.runtime;

/** A runtime's name and version, printed as {@code containerd://1.7.27}. */
public record RuntimeVersion(String name, String version) {
    @Override
    public String toString() {
        return name + "://" + version;
    }
}
