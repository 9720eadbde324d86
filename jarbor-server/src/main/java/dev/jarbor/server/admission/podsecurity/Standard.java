package dev.jarbor.server.admission.podsecurity;

/** A level as one version knows it, such as {@code restricted:v1.25}. */
public record Standard(Level level, Version version) {
    static final Standard NONE = new Standard(Level.PRIVILEGED, Version.LATEST);

    Standard with(Level other) {
        return new Standard(other, version);
    }

    Standard with(Version other) {
        return new Standard(level, other);
    }

    boolean isPrivileged() {
        return level == Level.PRIVILEGED;
    }

    @Override
    public String toString() {
        return level + ":" + version;
    }
}
