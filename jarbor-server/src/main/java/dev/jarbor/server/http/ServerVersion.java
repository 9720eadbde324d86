package dev.jarbor.server.http;

import dev.jarbor.api.value.ObjectValue;

/**
 * What the server says it is at {@code /version}: the Kubernetes release whose API it serves, with Jarbor's own version
 * behind the plus sign.
 *
 * @param major such as {@code 1}
 * @param minor such as {@code 36}
 * @param jarbor Jarbor's version
 * @param buildDate RFC 3339
 * @param platform such as {@code linux/amd64}
 */
public record ServerVersion(String major, String minor, String jarbor, String buildDate, String platform) {
    /** The release that the generated API model is of. */
    public static final ServerVersion DEFAULT =
            new ServerVersion("1", "36", "0.1.0", "2026-01-01T00:00:00Z", platformOfThisMachine());

    private static String platformOfThisMachine() {
        String machine = System.getProperty("os.arch", "amd64");
        return "linux/" + (machine.equals("aarch64") ? "arm64" : machine.equals("x86_64") ? "amd64" : machine);
    }

    public String gitVersion() {
        return "v" + major + "." + minor + ".0+jarbor" + jarbor;
    }

    ObjectValue value() {
        return ObjectValue.builder()
                .put("major", major)
                .put("minor", minor)
                .put("emulationMajor", major)
                .put("emulationMinor", minor)
                .put("minCompatibilityMajor", major)
                .put("minCompatibilityMinor", Integer.toString(Integer.parseInt(minor) - 1))
                .put("gitVersion", gitVersion())
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", buildDate)
                .put("goVersion", "")
                .put("compiler", "javac")
                .put("platform", platform)
                .build();
    }
}
