package dev.jarbor.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts programs that have no network and no rights: in a network namespace of their own, in which not even the loopback is
 * up, as a user who is not root. Annotate with {@link NeedsIsolation}.
 */
public final class Isolation {
    private static final String NOBODY = "65534";

    private Isolation() {}

    /** {@code command}, to be run in isolation. */
    public static List<String> of(List<String> command) {
        var whole = new ArrayList<String>();
        whole.addAll(
                Programs.root()
                        ? List.of(
                                "unshare",
                                "--net",
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups",
                                "--no-new-privs")
                        : List.of("unshare", "--net", "--user", "--map-current-user"));
        whole.addAll(command);
        return whole;
    }

    static boolean isPossible() {
        if (Programs.find("unshare").isEmpty() || Programs.find("setpriv").isEmpty()) {
            return false;
        }
        try {
            return new ProcessBuilder(of(List.of("true"))).start().waitFor() == 0;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
