package dev.jarbor.cel.library;

import static dev.jarbor.cel.library.Types.FORMAT;
import static dev.jarbor.cel.library.Types.STRING;
import static dev.jarbor.cel.library.Types.STRINGS;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.time.Rfc3339;
import dev.jarbor.cel.value.Maybe;
import dev.jarbor.cel.value.Opaque;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The named formats of strings.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library">format library</a>
 */
final class Formats {
    private static final Map<String, NamedFormat> ALL = all();

    private Formats() {}

    /** What answers everything that is wrong with a text. */
    private interface Check {
        List<String> problems(String text);
    }

    /** A format by its name. */
    private record NamedFormat(String name, Check check) implements Opaque {
        @Override
        public String typeName() {
            return "kubernetes.NamedFormat";
        }
    }

    static List<Definition> definitions() {
        var all = new ArrayList<Definition>();
        all.add(Definition.of("format.named", (a, meter) -> {
                    NamedFormat format = ALL.get(Arguments.text(a, 0));
                    return format == null ? Maybe.NONE : Maybe.of(format);
                })
                .global("format-named", Types.optional(FORMAT), STRING)
                .build());
        all.add(Definition.of("validate", (a, meter) -> {
                    List<String> problems =
                            Arguments.of(NamedFormat.class, a, 0).check().problems(Arguments.text(a, 1));
                    return problems.isEmpty() ? Maybe.NONE : Maybe.of(problems);
                })
                .member("format-validate", Types.optional(STRINGS), FORMAT, STRING)
                .build());
        ALL.forEach((name, format) -> all.add(Definition.of("format." + name, (a, meter) -> format)
                .global("format." + name, FORMAT)
                .build()));
        return all;
    }

    private static Map<String, NamedFormat> all() {
        var all = new TreeMap<String, NamedFormat>();
        add(all, "dns1123Label", Names::dnsLabel);
        add(all, "dns1123Subdomain", Names::dnsSubdomain);
        add(all, "dns1035Label", Names::dns1035Label);
        add(all, "dns1123LabelPrefix", text -> Names.dnsLabel(Names.maskTrailingDash(text)));
        add(all, "dns1123SubdomainPrefix", text -> Names.dnsSubdomain(Names.maskTrailingDash(text)));
        add(all, "dns1035LabelPrefix", text -> Names.dns1035Label(Names.maskTrailingDash(text)));
        add(all, "qualifiedName", Labels::key);
        add(all, "labelValue", Labels::value);
        add(all, "uri", test(Formats::isUri, "invalid URI for request"));
        add(
                all,
                "uuid",
                test(
                        text -> text.matches("(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"),
                        "does not match the UUID format"));
        add(all, "byte", test(Formats::isBase64, "invalid base64"));
        add(all, "date", test(Formats::isDate, "invalid date"));
        add(all, "datetime", test(text -> Rfc3339.parse(text).isPresent(), "invalid datetime"));
        return all;
    }

    private static void add(Map<String, NamedFormat> all, String name, Check check) {
        all.put(name, new NamedFormat(name, check));
    }

    private static Check test(Predicate<String> test, String problem) {
        return text -> test.test(text) ? List.of() : List.of(problem);
    }

    private static boolean isUri(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            return text.length() % 4 == 0 && Base64.getDecoder().decode(text).length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            return text.length() == 10 && LocalDate.parse(text).getYear() >= 0;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
