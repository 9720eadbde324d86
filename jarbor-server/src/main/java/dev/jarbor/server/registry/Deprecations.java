package dev.jarbor.server.registry;

import dev.jarbor.api.Kind;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which versions of Kubernetes' own resources are on their way out: rows of {@code deprecations.tsv}, whose first line
 * names the columns.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/deprecation-guide/">Deprecated API Migration Guide</a>
 */
record Deprecations(Map<String, String> words) {
    static Deprecations read() {
        var words = new TreeMap<String, String>();
        for (var row : FactTable.read("deprecations.tsv")) {
            String removed = row.get(4).isEmpty() ? "" : ", unavailable in v" + row.get(4) + "+";
            String replacement = row.get(5).isEmpty() ? "" : "; use " + row.get(5);
            words.put(
                    row.get(0) + "/" + row.get(1) + "/" + row.get(2),
                    " is deprecated in v" + row.get(3) + "+" + removed + replacement);
        }
        return new Deprecations(words);
    }

    /** What is said to who uses {@code kind}; "" where nothing is. */
    String warning(Kind<?> kind) {
        String words = this.words.get(kind.group() + "/" + kind.version() + "/" + kind.plural());
        return words == null ? "" : kind.apiVersion() + " " + kind.name() + words;
    }
}
