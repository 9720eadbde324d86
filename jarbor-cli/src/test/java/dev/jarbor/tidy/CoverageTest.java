package dev.jarbor.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.tidy.Tree.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the tables in {@code docs/} say of tests is true: each test they name exists, no row is without one, each id that a
 * test names is known.
 */
class CoverageTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:#(\\w+))?`");
    private static final Pattern CONFORMANCE = Pattern.compile("@Conformance\\(([^)]*)\\)");
    private static final Pattern ID = Pattern.compile("\"([A-Z]+-\\d+)\"");

    private static final Pattern ANNOTATED = Pattern.compile("@Conformance\\(([^)]*)\\)\\s+void (\\w+)\\(");
    private static final Pattern NOT_YET = Pattern.compile("(?m)^- ([A-Z]+-?\\d+): \\S");

    /** Of what the sources of the project say, what is about controllers. */
    private static final Set<String> BEHAVIOURS = Stream.of(
                    IntStream.of(11, 30, 37, 43, 96, 100, 124, 143, 144, 160, 169, 170, 185),
                    IntStream.rangeClosed(59, 91),
                    IntStream.rangeClosed(117, 120),
                    IntStream.rangeClosed(147, 158))
            .flatMap(IntStream::boxed)
            .map(number -> "B" + number)
            .collect(Collectors.toSet());

    private static final List<Source> SOURCES = Tree.sources();

    @Test
    void everyTestThatATableNamesExists() {
        Map<String, String> tests = tests();
        var missing = new ArrayList<String>();
        for (Source table : SOURCES) {
            if (table.path().startsWith("docs/coverage/")) {
                var named = TEST.matcher(table.text());
                while (named.find()) {
                    String source = tests.getOrDefault(named.group(1), "");
                    String method = named.group(2);
                    if (source.isEmpty() || (method != null && !source.contains(" " + method + "("))) {
                        missing.add(table.path() + ": " + named.group());
                    }
                }
            }
        }
        assertThat(missing).as("correct the table, or write the test").isEmpty();
    }

    /** A row without a test promises what nobody looks at: such a thing belongs under "Not yet". */
    @Test
    void noRowIsWithoutATest() {
        var rows = new ArrayList<String>();
        var unshown = new ArrayList<String>();
        for (Source table : SOURCES) {
            if (table.path().startsWith("docs/coverage/")) {
                for (List<String> row : rows(table)) {
                    rows.add(row.getFirst());
                    if (!shown(table, row)) {
                        unshown.add(table.path() + ": " + row.getFirst());
                    }
                }
            }
        }
        assertThat(rows).hasSizeGreaterThan(300);
        assertThat(unshown).as("name a test, or say that it is not there yet").isEmpty();
    }

    /** In the table of clients every cell has a test, or says that the client has no such thing. */
    private static boolean shown(Source table, List<String> row) {
        if (!table.path().endsWith("/clients.md")) {
            return TEST.matcher(row.getLast()).find();
        }
        return row.size() > 1
                && row.stream()
                        .skip(1)
                        .allMatch(cell -> cell.equals("–") || TEST.matcher(cell).find())
                && row.stream().anyMatch(cell -> TEST.matcher(cell).find());
    }

    /** The rows of the tables that have a column for tests, or for clients; their heads are none. */
    private static List<List<String>> rows(Source document) {
        var rows = new ArrayList<List<String>>();
        boolean tests = false;
        for (String line : document.lines()) {
            if (!line.startsWith("|")) {
                tests = false;
                continue;
            }
            List<String> cells = Pattern.compile("\\|")
                    .splitAsStream(line.replace("\\|", "&#124;"))
                    .skip(1)
                    .map(String::strip)
                    .toList();
            boolean head = cells.getFirst().matches("promise|capability|kind");
            tests |= head;
            if (tests && !head && !cells.getFirst().startsWith("--")) {
                rows.add(cells);
            }
        }
        return rows;
    }

    /** What needs nothing but an API server, and the webhooks that are tested with one outside the cluster. */
    @Test
    void everyConformanceTestOfTheApiHasOneHere() {
        var owed = new TreeSet<String>();
        for (String line : list()) {
            String[] columns = line.split("\t", -1);
            boolean webhook = columns[3].startsWith("AdmissionWebhook") || columns[3].contains("ConversionWebhook");
            if (columns[1].equals("API") || webhook) {
                owed.add(columns[0]);
            }
        }
        assertThat(owed).hasSizeGreaterThan(100);
        owed.removeAll(covered());
        assertThat(owed).as("write the test, and name it with @Conformance").isEmpty();
    }

    /** What needs control loops, or nodes into whose containers nobody looks; and what the sources say of controllers. */
    @Test
    void everyBehaviourOfTheLoopsHasItsTestOrIsNotYet() {
        Source table = SOURCES.stream()
                .filter(source -> source.path().equals("docs/coverage/behaviours.md"))
                .findFirst()
                .orElseThrow();
        Map<String, Set<String>> annotated = annotated();
        var owed = new TreeSet<>(BEHAVIOURS);
        for (String line : list()) {
            String[] columns = line.split("\t", -1);
            if (columns[1].equals("CTRL") || columns[1].equals("NODE~")) {
                owed.add(columns[0]);
            }
        }
        assertThat(owed).hasSizeGreaterThan(150);
        for (List<String> row : rows(table)) {
            String id = row.getFirst().split("[ :]", 2)[0];
            boolean conformance = id.contains("-");
            if (!conformance || annotated.getOrDefault(id, Set.of()).stream().anyMatch(row.getLast()::contains)) {
                owed.remove(id);
            }
        }
        NOT_YET.matcher(table.text()).results().forEach(reason -> owed.remove(reason.group(1)));
        assertThat(owed)
                .as("a row whose test names the id with @Conformance, or a line under Not yet with the reason")
                .isEmpty();
    }

    /** The tests, as {@code `Class#method`}, that name each conformance id. */
    private static Map<String, Set<String>> annotated() {
        var annotated = new TreeMap<String, Set<String>>();
        tests().forEach((name, source) -> ANNOTATED
                .matcher(source)
                .results()
                .forEach(test -> ID.matcher(test.group(1))
                        .results()
                        .forEach(id -> annotated
                                .computeIfAbsent(id.group(1), absent -> new TreeSet<>())
                                .add("`" + name + "#" + test.group(2) + "`"))));
        return annotated;
    }

    private static List<String> list() {
        return SOURCES.stream()
                .filter(source -> source.path().equals("docs/conformance.tsv"))
                .flatMap(source -> source.lines().stream().skip(1))
                .toList();
    }

    @Test
    void everyConformanceIdIsListed() {
        var listed = new TreeSet<String>();
        list().forEach(line -> listed.add(line.substring(0, line.indexOf('\t'))));
        assertThat(listed).containsAll(covered()).hasSize(426);
    }

    /** The conformance ids that tests name. */
    private static Set<String> covered() {
        var ids = new TreeSet<String>();
        for (String source : tests().values()) {
            var annotation = CONFORMANCE.matcher(source);
            while (annotation.find()) {
                var id = ID.matcher(annotation.group(1));
                while (id.find()) {
                    ids.add(id.group(1));
                }
            }
        }
        return ids;
    }

    private static Map<String, String> tests() {
        var tests = new TreeMap<String, String>();
        for (Source source : SOURCES) {
            if (source.isJava() && !source.isMain()) {
                tests.put(source.name().replace(".java", ""), source.text());
            }
        }
        return tests;
    }
}
