package dev.jarbor.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.tidy.Tree.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How the tree looks, read from the sources of all modules. */
class TidyTest {
    private static final int LONGEST_FILE = 600;

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^public (?:(?:final|sealed|non-sealed|abstract|strictfp) )*(?:class|interface|record|enum|@interface) ");

    private static final List<Source> SOURCES = Tree.sources();

    @Test
    void thereIsATreeToRead() {
        assertThat(SOURCES).filteredOn(Source::isJava).hasSizeGreaterThan(100);
    }

    @Test
    void nothingIsMarkedAsLeftToDo() {
        // Spelled so that this file does not find itself.
        assertNone(
                lines(source -> true, "\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b"),
                "do it now, or open an issue");
    }

    @Test
    void noTestIsSwitchedOff() {
        assertNone(
                lines(
                        source -> source.isJava() && !source.isMain(),
                        "^\\s*@Dis" + "abled|\\bassume(True|False|That)\\("),
                "a flake is a bug; what needs more than a JVM says so with @NeedsContainers or @NeedsKubectl");
    }

    @Test
    void noTestSleeps() {
        assertNone(
                lines(source -> source.isJava() && !source.isMain(), "\\b(Thread|TimeUnit\\.[A-Z]+)\\.sl" + "eep\\("),
                "use SimulatedRuntime, or wait for the event itself (a watch, a latch, Process.waitFor)");
    }

    @Test
    void onlyTheCommandPrints() {
        assertNone(
                lines(
                        source -> source.isJava()
                                && source.isMain()
                                && !source.isIn("cli", "bench", "testing", "api-generator"),
                        "\\bSystem\\.(out|err)\\b|\\.printStackTrace\\("),
                "return the reason as data, or log with System.Logger at the edge");
    }

    @Test
    void filesStayShort() {
        assertNone(
                SOURCES.stream()
                        .filter(source -> source.isJava() && source.lines().size() > LONGEST_FILE)
                        .map(source -> source.path() + ": " + source.lines().size() + " lines")
                        .toList(),
                "at most " + LONGEST_FILE + " lines: find the second role in it");
    }

    @Test
    void namesSayWhatAThingIs() {
        var vague = Pattern.compile("(.*(Utils?|Helpers?|Managers?|Impl)|Abstract[A-Z].*)\\.java");
        assertNone(
                SOURCES.stream()
                        .filter(source -> vague.matcher(source.name()).matches())
                        .map(Source::path)
                        .toList(),
                "find the noun: what it is, not that it helps");
    }

    @Test
    void aClassLivesInThePackageOfItsModule() {
        var astray = new ArrayList<String>();
        for (Source source : SOURCES) {
            if (source.isJava() && source.isMain()) {
                String module = source.path()
                        .substring("jarbor-".length(), source.path().indexOf('/'));
                if (!source.path().contains("/java/dev/jarbor/" + module.replace('-', '/') + "/")) {
                    astray.add(source.path());
                }
            }
        }
        assertNone(astray, "the package is dev.jarbor.<module>");
    }

    @Test
    void everyPublicTypeSaysWhatItIs() {
        var silent = new ArrayList<String>();
        for (Source source : SOURCES) {
            if (source.isJava() && source.isMain() && !documented(source.lines())) {
                silent.add(source.path());
            }
        }
        assertNone(silent, "begin its Javadoc with a sentence that says what the thing is");
    }

    @Test
    void everyPackageIsNullMarked() {
        var marked = SOURCES.stream()
                .filter(source -> source.name().equals("package-info.java")
                        && source.text().contains("@NullMarked"))
                .map(TidyTest::folder)
                .collect(Collectors.toSet());
        assertNone(
                SOURCES.stream()
                        .filter(source -> source.isJava() && source.isMain())
                        .map(TidyTest::folder)
                        .distinct()
                        .filter(folder -> !marked.contains(folder))
                        .toList(),
                "add a package-info.java with @NullMarked and what the package is for");
    }

    @Test
    void everyResourceIsRead() {
        String readers = SOURCES.stream()
                .filter(source -> source.isJava() || source.name().equals("pom.xml"))
                .map(Source::text)
                .collect(Collectors.joining("\n"));
        assertNone(
                SOURCES.stream()
                        .filter(source -> source.path().contains("/resources/"))
                        .filter(source -> !source.path().contains("/META-INF/")
                                && !source.name().startsWith("junit-platform."))
                        .filter(source ->
                                !readers.contains(source.name()) && !readers.contains(lastName(whole(source))))
                        .map(Source::path)
                        .toList(),
                "no class names this file or its folder: delete it");
    }

    @Test
    void nothingNamesOnePersonsMachine() {
        assertNone(
                lines(source -> true, "(?<![\\w./$}-])/(home/(?!linuxbrew)|Users/|work/)[a-z]\\w*/"),
                "use a path relative to the project, or a temporary folder");
    }

    private static boolean documented(List<String> lines) {
        boolean comment = false;
        for (String line : lines) {
            if (line.startsWith("import ") || line.startsWith("package ")) {
                comment = false;
            } else if (line.startsWith("/**")) {
                comment = true;
            } else if (PUBLIC_TYPE.matcher(line).find()) {
                return comment;
            }
        }
        return true;
    }

    private static List<String> lines(Predicate<Source> where, String pattern) {
        var banned = Pattern.compile(pattern);
        var found = new ArrayList<String>();
        for (Source source : SOURCES) {
            if (where.test(source)) {
                for (int line = 0; line < source.lines().size(); line++) {
                    if (banned.matcher(source.lines().get(line)).find()) {
                        found.add(source.path() + ":" + (line + 1) + ": "
                                + source.lines().get(line).strip());
                    }
                }
            }
        }
        return found;
    }

    private static String folder(Source source) {
        return source.path().substring(0, source.path().lastIndexOf('/'));
    }

    /** The folder that is read as a whole: a file's own, or that of the chart which it is a part of. */
    private static String whole(Source source) {
        return SOURCES.stream()
                .filter(other -> other.name().equals("Chart.yaml"))
                .map(TidyTest::folder)
                .filter(chart -> source.path().startsWith(chart + "/"))
                .findFirst()
                .orElse(folder(source));
    }

    private static String lastName(String folder) {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }

    private static void assertNone(List<String> found, String instead) {
        assertThat(found).as(instead).isEmpty();
    }
}
