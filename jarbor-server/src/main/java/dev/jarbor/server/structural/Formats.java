package dev.jarbor.server.structural;

import com.google.re2j.Pattern;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.time.GoDuration;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/**
 * The formats of strings that the reference checks. Others mean nothing and are left unchecked.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation">Validation</a>
 */
final class Formats {
    private static final Pattern DURATION = Pattern.compile("(?i)^(\\d+(\\.\\d+)?\\s*"
            + "(ns|nano|us|µs|micro|ms|milli|s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week)s?\\s*)+$");
    private static final Pattern IPV4 = Pattern.compile(
            "^(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)" + "(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}$");
    private static final Pattern IPV6_TEXT = Pattern.compile("^[0-9a-fA-F:.]{2,45}$");

    private static final Map<String, Pattern> PATTERNS = Map.ofEntries(
            Map.entry("bsonobjectid", Pattern.compile("^[0-9a-fA-F]{24}$")),
            Map.entry("email", Pattern.compile("^[^@\\s<>]+@[^@\\s<>.]+(\\.[^@\\s<>.]+)*$")),
            Map.entry(
                    "hostname",
                    Pattern.compile("^([a-zA-Z0-9\\p{L}]([a-zA-Z0-9\\p{L}-]{0,61}[a-zA-Z0-9\\p{L}])?)"
                            + "(\\.[a-zA-Z0-9\\p{L}]([a-zA-Z0-9\\p{L}-]{0,61}[a-zA-Z0-9\\p{L}])?)*\\.?$")),
            Map.entry(
                    "mac",
                    Pattern.compile("^([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){7}"
                            + "|[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2})$")),
            Map.entry(
                    "uuid", Pattern.compile("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$")),
            Map.entry(
                    "uuid3",
                    Pattern.compile("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$")),
            Map.entry(
                    "uuid4",
                    Pattern.compile("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$")),
            Map.entry(
                    "uuid5",
                    Pattern.compile("(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$")),
            Map.entry(
                    "creditcard",
                    Pattern.compile("^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}"
                            + "|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$")),
            Map.entry("ssn", Pattern.compile("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$")),
            Map.entry("hexcolor", Pattern.compile("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")),
            Map.entry(
                    "rgbcolor",
                    Pattern.compile("^rgb\\(\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,"
                            + "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,"
                            + "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*\\)$")));

    private Formats() {}

    static boolean matches(String format, String text) {
        String known = format.replace("-", "").toLowerCase(Locale.ROOT);
        Pattern pattern = PATTERNS.get(known);
        if (pattern != null) {
            return pattern.matcher(text).matches();
        }
        return switch (known) {
            case "uri" -> isUri(text);
            case "ipv4" -> IPV4.matcher(text).matches();
            case "ipv6" -> isIpv6(text);
            case "cidr" -> isCidr(text);
            case "byte" -> isBase64(text);
            case "date" -> isDate(text);
            case "datetime" -> isDateTime(text);
            case "duration" -> isDuration(text);
            case "isbn" -> isIsbn10(text) || isIsbn13(text);
            case "isbn10" -> isIsbn10(text);
            case "isbn13" -> isIsbn13(text);
            case "k8sshortname" -> Names.dnsLabel(text).isEmpty();
            case "k8slongname" -> Names.dnsSubdomain(text).isEmpty();
            default -> true;
        };
    }

    private static boolean isUri(String text) {
        try {
            // A request URI, as Go parses one: absolute, or an absolute path.
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static boolean isIpv6(String text) {
        if (text.indexOf(':') < 0 || !IPV6_TEXT.matcher(text).matches()) {
            return false;
        }
        int skipped = text.indexOf("::");
        if (skipped >= 0 && text.indexOf("::", skipped + 1) >= 0) {
            return false;
        }
        if ((text.startsWith(":") && skipped != 0) || (text.endsWith(":") && skipped != text.length() - 2)) {
            return false;
        }
        int groups = 0;
        for (String group : text.split(":", -1)) {
            if (group.indexOf('.') >= 0) {
                if (!IPV4.matcher(group).matches() || !text.endsWith(group)) {
                    return false;
                }
                groups += 2;
            } else if (group.length() > 4) {
                return false;
            } else {
                groups += group.isEmpty() ? 0 : 1;
            }
        }
        return skipped >= 0 ? groups < 8 : groups == 8;
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String address = text.substring(0, slash);
        String length = text.substring(slash + 1);
        boolean digits =
                !length.isEmpty() && length.length() <= 3 && length.chars().allMatch(Character::isDigit);
        if (!digits) {
            return false;
        }
        int bits = Integer.parseInt(length);
        return IPV4.matcher(address).matches() ? bits <= 32 : isIpv6(address) && bits <= 128;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return true;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        return isGoDuration(text) || DURATION.matcher(text.strip()).matches();
    }

    private static boolean isGoDuration(String text) {
        try {
            GoDuration.parse(text);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static boolean isIsbn10(String text) {
        String digits = text.replace("-", "").replace(" ", "");
        if (digits.length() != 10) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 10; i++) {
            char letter = digits.charAt(i);
            boolean ten = i == 9 && letter == 'X';
            if (!ten && !Character.isDigit(letter)) {
                return false;
            }
            sum += (i + 1) * (ten ? 10 : letter - '0');
        }
        return sum % 11 == 0;
    }

    private static boolean isIsbn13(String text) {
        String digits = text.replace("-", "").replace(" ", "");
        if (digits.length() != 13 || !digits.chars().allMatch(Character::isDigit)) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 13; i++) {
            sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
        }
        return sum % 10 == 0;
    }
}
