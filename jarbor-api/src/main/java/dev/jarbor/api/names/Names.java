package dev.jarbor.api.names;

import java.util.ArrayList;
import java.util.List;

/**
 * The checks on names that Kubernetes makes everywhere. Each answers what is wrong in the reference's words
 * (k8s.io/apimachinery, util/validation), or nothing where the text is in order.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">Object Names and IDs</a>
 */
public final class Names {
    public static final int LABEL_LENGTH = 63;
    public static final int SUBDOMAIN_LENGTH = 253;

    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";

    private static final Words LABEL_WORD = new Words(Words.LOWER_OR_DIGIT, Words.LOWER_OR_DIGIT.or(c -> c == '-'));

    private static final Format DNS_LABEL = Format.of(
                    LABEL,
                    LABEL_WORD::matches,
                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must"
                            + " start and end with an alphanumeric character",
                    "my-name",
                    "123-abc")
            .atMost(LABEL_LENGTH, "characters");
    static final Format DNS_SUBDOMAIN = Format.of(
                    SUBDOMAIN,
                    LABEL_WORD::matchesDotted,
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and"
                            + " must start and end with an alphanumeric character",
                    "example.com")
            .atMost(SUBDOMAIN_LENGTH, "characters");
    private static final Format DNS_SUBDOMAIN_WITH_UNDERSCORE = Format.of(
                    "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*",
                    new Words(Words.LOWER_OR_DIGIT, Words.LOWER_OR_DIGIT.or(c -> c == '-' || c == '_'))
                            ::matchesDottedWithUnderscore,
                    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.',"
                            + " and must start and end with an alphanumeric character",
                    "example.com")
            .atMost(SUBDOMAIN_LENGTH, "characters");
    private static final Format DNS_1035_LABEL = Format.of(
                    "[a-z]([-a-z0-9]*[a-z0-9])?",
                    text -> LABEL_WORD.matches(text) && text.charAt(0) >= 'a',
                    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                            + " alphabetic character, and end with an alphanumeric character",
                    "my-name",
                    "abc-123")
            .atMost(LABEL_LENGTH, "characters");
    private static final Format WILDCARD_SUBDOMAIN = Format.of(
                    "\\*\\." + SUBDOMAIN,
                    text -> text.startsWith("*.") && LABEL_WORD.matchesDotted(text.substring(2)),
                    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must"
                            + " consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric"
                            + " character",
                    "*.example.com")
            .atMost(SUBDOMAIN_LENGTH, "characters");
    private static final Format C_IDENTIFIER = Format.of(
            "[A-Za-z_][A-Za-z0-9_]*",
            "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric"
                    + " characters or '_'",
            "my_name",
            "MY_NAME",
            "MyName");
    private static final Format ENV_VAR_NAME = Format.of(
            "[-._a-zA-Z][-._a-zA-Z0-9]*",
            "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and"
                    + " must not start with a digit",
            "my.env-name",
            "MY_ENV.NAME",
            "MyEnvName1");
    private static final Format CONFIG_MAP_KEY = Format.of(
                    "[-._a-zA-Z0-9]+",
                    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                    "key.name",
                    "KEY_NAME",
                    "key-name")
            .atMost(SUBDOMAIN_LENGTH, "characters");
    private static final Format PERCENT = Format.of(
            "[0-9]+%", "a valid percent string must be a numeric string followed by an ending '%'", "1%", "93%");
    private static final Format HTTP_HEADER_NAME = Format.of(
            "[-A-Za-z0-9]+", "a valid HTTP header must consist of alphanumeric characters or '-'", "X-Header-Name");
    private static final Format PORT_NAME = Format.of(
                    "[-a-z0-9]+", "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")
            .atMost(15, "characters");

    private Names() {}

    /** A DNS label as of RFC 1123: the form of most names that become host names. */
    public static List<String> dnsLabel(String text) {
        List<String> problems = DNS_LABEL.problems(text);
        boolean onlyDots = !DNS_LABEL.matches(text) && DNS_SUBDOMAIN.matches(text);
        if (!onlyDots) {
            return problems;
        }
        return problems.size() == 1
                ? List.of("must not contain dots")
                : List.of(problems.getFirst(), "must not contain dots");
    }

    /** A DNS subdomain as of RFC 1123: the form of most objects' names. */
    public static List<String> dnsSubdomain(String text) {
        return DNS_SUBDOMAIN.problems(text);
    }

    /** A DNS subdomain whose labels may have underscores, as host names in search paths may. */
    public static List<String> dnsSubdomainWithUnderscore(String text) {
        return DNS_SUBDOMAIN_WITH_UNDERSCORE.problems(text);
    }

    /** A DNS label as of RFC 1035, which starts with a letter: the form of service names. */
    public static List<String> dns1035Label(String text) {
        return DNS_1035_LABEL.problems(text);
    }

    /** {@code *.} and a DNS subdomain, as in the host of an ingress rule. */
    public static List<String> wildcardSubdomain(String text) {
        return WILDCARD_SUBDOMAIN.problems(text);
    }

    /** A name that stands alone as one segment of a URL path, which is all that some kinds ask of names. */
    public static List<String> pathSegment(String text) {
        if (text.equals(".") || text.equals("..")) {
            return List.of("may not be '" + text + "'");
        }
        return pathSegmentPrefix(text);
    }

    /** What may start a path segment: a {@code generateName} of the kinds that {@link #pathSegment} is for. */
    public static List<String> pathSegmentPrefix(String text) {
        var problems = new ArrayList<String>(2);
        for (String forbidden : List.of("/", "%")) {
            if (text.contains(forbidden)) {
                problems.add("may not contain '" + forbidden + "'");
            }
        }
        return List.copyOf(problems);
    }

    /**
     * {@code generateName} as a name to check: its trailing dash, which a suffix will follow, is put out of the way in
     * the reference's own fashion.
     */
    public static String maskTrailingDash(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 2) + "a" : prefix;
    }

    public static List<String> cIdentifier(String text) {
        return C_IDENTIFIER.problems(text);
    }

    public static List<String> envVarName(String text) {
        return withoutParentPrefix(ENV_VAR_NAME.problems(text), text);
    }

    /** An environment variable's name as of 1.34: any printable ASCII but {@code =}. */
    public static List<String> relaxedEnvVarName(String text) {
        if (text.isEmpty()) {
            return List.of("environment variable name must be non-empty");
        }
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '=')
                ? List.of()
                : List.of("a valid environment variable name must consist only of printable ASCII characters other"
                        + " than '='");
    }

    /** A key in a ConfigMap's or Secret's data. */
    public static List<String> configMapKey(String text) {
        return withoutParentPrefix(CONFIG_MAP_KEY.problems(text), text);
    }

    public static List<String> percent(String text) {
        return PERCENT.problems(text);
    }

    public static List<String> httpHeaderName(String text) {
        return HTTP_HEADER_NAME.problems(text);
    }

    /** The name of a container port: an IANA service name as of RFC 6335. */
    public static List<String> portName(String text) {
        var problems = new ArrayList<String>(5);
        PORT_NAME.lengthProblem(text).ifPresent(problems::add);
        if (!PORT_NAME.matches(text)) {
            problems.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (text.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
            problems.add("must contain at least one letter (a-z)");
        }
        if (text.contains("--")) {
            problems.add("must not contain consecutive hyphens");
        }
        if (text.startsWith("-") || text.endsWith("-")) {
            problems.add("must not begin or end with a hyphen");
        }
        return List.copyOf(problems);
    }

    public static List<String> portNumber(long port) {
        return inRange(port, 1, 65535);
    }

    /** A number from {@code low} to {@code high}, both included. */
    public static List<String> inRange(long number, long low, long high) {
        return number >= low && number <= high
                ? List.of()
                : List.of("must be between " + low + " and " + high + ", inclusive");
    }

    /** A key that becomes a file's name must not lead out of its directory. */
    private static List<String> withoutParentPrefix(List<String> problems, String text) {
        if (!text.equals(".") && !text.startsWith("..")) {
            return problems;
        }
        var more = new ArrayList<>(problems);
        more.add(text.length() <= 2 ? "must not be '" + text + "'" : "must not start with '..'");
        return List.copyOf(more);
    }
}
