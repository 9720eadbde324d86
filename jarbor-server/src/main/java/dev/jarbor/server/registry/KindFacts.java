package dev.jarbor.server.registry;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one word says about a kind: a row of {@code kind-facts.tsv}, whose first line names the columns.
 *
 * @param names how its names must look
 * @param generation whether {@code metadata.generation} counts the changes of its spec
 * @param unconditionalUpdate whether an update may leave the resource version out
 * @param createOnUpdate whether a PUT to a name that does not exist creates it
 * @param answersDeleted whether a deletion answers with the object instead of a Status
 * @param propagation what becomes of dependents when a deletion does not say: Background or Orphan
 * @param fields what field selectors may name beyond {@code metadata.name} and {@code metadata.namespace}
 */
public record KindFacts(
        NameRule names,
        boolean generation,
        boolean unconditionalUpdate,
        boolean createOnUpdate,
        boolean answersDeleted,
        String propagation,
        SortedMap<String, SelectableField> fields) {

    /** For kinds without a row. */
    static final KindFacts COMMON =
            new KindFacts(NameRule.SUBDOMAIN, false, true, false, false, "Background", new TreeMap<>());

    public KindFacts {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** The ways names of objects may have to look. */
    public enum NameRule {
        SUBDOMAIN,
        LABEL,
        LABEL1035,
        PATH,
        /** A key as ConfigMaps have them. */
        KEY,
        /** A group and a resource of it, behind a dot. */
        RESOURCE,
        /** As the kind's strategy says. */
        OWN;

        /** What is wrong with {@code name}; the prefix of a generated name may end in a dash. */
        public List<String> problems(String name, boolean prefix) {
            if (this == PATH) {
                return prefix ? Names.pathSegmentPrefix(name) : Names.pathSegment(name);
            }
            String text = prefix ? Names.maskTrailingDash(name) : name;
            return switch (this) {
                case LABEL -> Names.dnsLabel(text);
                case LABEL1035 -> Names.dns1035Label(text);
                case KEY -> Names.configMapKey(name);
                case RESOURCE -> resource(name);
                case OWN -> List.of();
                case SUBDOMAIN, PATH -> Names.dnsSubdomain(text);
            };
        }

        private static List<String> resource(String name) {
            int dot = name.lastIndexOf('.');
            if (dot < 0) {
                return List.of("name must be in the form of <group>.<resource>");
            }
            var problems = new ArrayList<String>();
            for (String problem : Names.dnsSubdomain(name.substring(0, dot))) {
                problems.add("the group segment " + problem);
            }
            for (String problem : Names.dns1035Label(name.substring(dot + 1))) {
                problems.add("the resource segment " + problem);
            }
            return problems;
        }
    }

    /**
     * A field by which objects can be selected.
     *
     * @param path where it stands
     * @param absent how it reads where it is absent
     */
    public record SelectableField(List<String> path, String absent) {
        /** Reads {@code type} as path and absent value: plain, {@code path:bool} (false) or {@code path:int} (0). */
        static SelectableField parse(String text) {
            int colon = text.indexOf(':');
            String path = colon < 0 ? text : text.substring(0, colon);
            String type = colon < 0 ? "" : text.substring(colon + 1);
            String absent = switch (type) {
                case "" -> "";
                case "bool" -> "false";
                case "int" -> "0";
                default -> throw new IllegalStateException("unknown type of selectable field: " + text);
            };
            return new SelectableField(List.of(path.split("\\.", -1)), absent);
        }

        public String read(ObjectValue object) {
            Value found = object.at(path.toArray(new String[0]));
            return switch (found) {
                case NullValue ignored -> absent;
                case BooleanValue truth -> truth.toString();
                default -> found.toString();
            };
        }
    }

    /** The rows of the table by resource, such as {@code deployments.apps}. */
    static Map<String, KindFacts> table() {
        return Table.ROWS;
    }

    /** Read once, for all clusters of a process. */
    private static final class Table {
        static final Map<String, KindFacts> ROWS = Collections.unmodifiableMap(read());

        private Table() {}
    }

    private static Map<String, KindFacts> read() {
        var facts = new TreeMap<String, KindFacts>();
        for (List<String> row : FactTable.read("kind-facts.tsv")) {
            facts.put(
                    row.get(0),
                    new KindFacts(
                            NameRule.valueOf(row.get(1).toUpperCase(Locale.ROOT)),
                            row.get(2).equals("yes"),
                            row.get(3).equals("yes"),
                            row.get(4).equals("yes"),
                            row.get(5).equals("yes"),
                            row.get(6),
                            fields(row.get(7))));
        }
        return facts;
    }

    private static SortedMap<String, SelectableField> fields(String column) {
        var fields = new TreeMap<String, SelectableField>();
        for (String entry : column.isEmpty() ? new String[0] : column.split(",", -1)) {
            int equals = entry.indexOf('=');
            int colon = entry.indexOf(':');
            String label = equals >= 0 ? entry.substring(0, equals) : colon >= 0 ? entry.substring(0, colon) : entry;
            fields.put(label, SelectableField.parse(equals >= 0 ? entry.substring(equals + 1) : entry));
        }
        return fields;
    }
}
