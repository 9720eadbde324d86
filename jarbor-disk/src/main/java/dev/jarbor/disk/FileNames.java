package dev.jarbor.disk;

import java.util.List;
import java.util.Locale;

/**
 * What the files of a store are called:
 *
 * <pre>
 * lock                 held by the process that has the store open
 * log-REVISION         commits from that revision on
 * state-REVISION       all objects as they were after that revision
 * state-REVISION.new   the same, not written to its end
 * closed               where the log ended when the store was closed
 * damaged-TIME/        what a repair has put aside
 * </pre>
 *
 * <p>Revisions have twenty digits, so that the order of names is that of revisions.
 */
final class FileNames {
    static final String CLOSED = "closed";
    static final String UNFINISHED = ".new";
    private static final String LOG = "log-";
    private static final String STATE = "state-";
    private static final int DIGITS = 20;

    private FileNames() {}

    static String log(long firstRevision) {
        return LOG + digits(firstRevision);
    }

    static String state(long revision) {
        return STATE + digits(revision);
    }

    static List<String> logs(List<String> names) {
        return withRevision(names, LOG);
    }

    static boolean isState(String name) {
        return !states(List.of(name)).isEmpty();
    }

    static List<String> states(List<String> names) {
        return withRevision(names, STATE);
    }

    /** The revision in the name of a log or a state. */
    static long revision(String name) {
        return Long.parseLong(name.substring(name.length() - DIGITS));
    }

    private static List<String> withRevision(List<String> names, String prefix) {
        return names.stream()
                .filter(name -> name.matches(prefix + "[0-9]{" + DIGITS + "}"))
                .sorted()
                .toList();
    }

    private static String digits(long revision) {
        return String.format(Locale.ROOT, "%0" + DIGITS + "d", revision);
    }
}
