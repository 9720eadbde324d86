package dev.jarbor.cli;

import java.io.PrintStream;
import picocli.CommandLine.Option;

/** Where a command speaks: results on standard output, progress and complaints on standard error. */
final class Terminal {
    @Option(
            names = {"-q", "--quiet"},
            description = "No progress, only results and errors.")
    private boolean quiet;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    /** The launcher knows whether standard error is a terminal; Java 21 cannot tell. */
    private final boolean interactive = Boolean.getBoolean("jarbor.terminal");

    private boolean onProgressLine;

    void say(String line) {
        endProgress();
        out.println(line);
        out.flush();
    }

    void warn(String line) {
        endProgress();
        err.println(line);
    }

    /** Progress that stays on the screen. */
    void step(String line) {
        if (!quiet) {
            endProgress();
            err.println(line);
        }
    }

    /** Progress that the next one replaces; on a file or pipe nothing is shown until it is a {@link #step}. */
    void progress(String line) {
        if (!quiet && interactive) {
            err.print("\r\u001b[K" + line);
            err.flush();
            onProgressLine = true;
        }
    }

    private void endProgress() {
        if (onProgressLine) {
            err.print("\r\u001b[K");
            onProgressLine = false;
        }
    }
}
