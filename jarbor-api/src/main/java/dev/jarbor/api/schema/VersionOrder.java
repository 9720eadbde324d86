package dev.jarbor.api.schema;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The order of a group's versions by what their names promise.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/#version-priority">Version
 *     priority</a>
 */
public final class VersionOrder {
    private static final Pattern VERSION = Pattern.compile("v([1-9][0-9]{0,8})(?:(alpha|beta)([1-9][0-9]{0,8}))?");

    /** Stable before beta before alpha, newer before older, anything else last by name. */
    public static final Comparator<String> VERSIONS =
            Comparator.comparing(VersionOrder::parse).reversed().thenComparing(version -> version);

    private VersionOrder() {}

    private record Version(int maturity, int major, int minor) implements Comparable<Version> {
        private static final Comparator<Version> ORDER = Comparator.comparingInt(Version::maturity)
                .thenComparingInt(Version::major)
                .thenComparingInt(Version::minor);

        @Override
        public int compareTo(Version other) {
            return ORDER.compare(this, other);
        }
    }

    private static Version parse(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return new Version(0, 0, 0);
        }
        int major = Integer.parseInt(parts.group(1));
        String stage = parts.group(2);
        return stage == null
                ? new Version(3, major, 0)
                : new Version(stage.equals("beta") ? 2 : 1, major, Integer.parseInt(parts.group(3)));
    }
}
