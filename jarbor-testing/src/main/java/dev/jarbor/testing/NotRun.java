package dev.jarbor.testing;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The tests of this module that did not run, on the console and in {@code target/not-run.txt}. */
final class NotRun {
    private final Path report;
    private final PrintStream console;

    /** Begins the report anew. */
    NotRun() {
        this(Path.of(System.getProperty("basedir", "")).resolve("target/not-run.txt"), System.out);
    }

    NotRun(Path report, PrintStream console) {
        this.report = report;
        this.console = console;
        try {
            Files.deleteIfExists(report);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    void report(String test, String reason) {
        String line = "not run: " + test + " (" + reason + ")\n";
        console.print(line);
        try {
            Files.createDirectories(report.toAbsolutePath().getParent());
            Files.writeString(report, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
