package dev.jarbor.api.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The texts are those of k8s.io/apimachinery, util/validation. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "ab", "a1", "0", "1-2-3", "my-name", "a--b"})
    void lowerCaseWordsWithDashesAreDnsLabels(String text) {
        assertThat(Names.dnsLabel(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "-a", "a-", "a_b", "a b", "a..b", ".a", "\u00e9", "a\n"})
    void anythingElseIsRefusedWithTheReferencesSentence(String text) {
        assertThat(Names.dnsLabel(text))
                .containsExactly("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                        + " '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                        + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
    }

    @Test
    void aSubdomainAsALabelIsToldThatDotsAreTheProblem() {
        assertThat(Names.dnsLabel("a.b")).containsExactly("must not contain dots");
        assertThat(Names.dnsLabel("a".repeat(63) + ".b"))
                .containsExactly("must be no more than 63 characters", "must not contain dots");
    }

    @Test
    void lengthsAreCheckedBeforeForms() {
        assertThat(Names.dnsLabel("a".repeat(63))).isEmpty();
        assertThat(Names.dnsLabel("a".repeat(64))).containsExactly("must be no more than 63 characters");
        assertThat(Names.dnsSubdomain("a".repeat(253))).isEmpty();
        assertThat(Names.dnsSubdomain("A".repeat(254)))
                .hasSize(2)
                .first()
                .isEqualTo("must be no more than 253 characters");
    }

    @Test
    void subdomainsAreDottedLabels() {
        assertThat(Names.dnsSubdomain("a.b-c.0")).isEmpty();
        assertThat(Names.dnsSubdomain("a..b"))
                .containsExactly("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                        + " '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com',"
                        + " regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
        assertThat(Names.dnsSubdomain("_a.b")).isNotEmpty();
        assertThat(Names.dnsSubdomainWithUnderscore("_a._b_c")).isEmpty();
        assertThat(Names.dnsSubdomainWithUnderscore("__a")).isNotEmpty();
    }

    @Test
    void aNameOfMegabytesIsRefusedWithoutRecursion() {
        assertThat(Names.dnsSubdomain("a.".repeat(1_000_000) + "a"))
                .containsExactly("must be no more than 253 characters");
    }

    @Test
    void servicesAreNamedByLabelsThatStartWithALetter() {
        assertThat(Names.dns1035Label("a1")).isEmpty();
        assertThat(Names.dns1035Label("1a"))
                .containsExactly("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                        + " with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or"
                        + " 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
    }

    @Test
    void wildcardsAreAStarAndASubdomain() {
        assertThat(Names.wildcardSubdomain("*.example.com")).isEmpty();
        assertThat(Names.wildcardSubdomain("example.com")).hasSize(1);
        assertThat(Names.wildcardSubdomain("*.")).hasSize(1);
    }

    @Test
    void pathSegmentsMayBeAlmostAnything() {
        assertThat(Names.pathSegment("system:node:A b")).isEmpty();
        assertThat(Names.pathSegment("..")).containsExactly("may not be '..'");
        assertThat(Names.pathSegment("a/b%c")).containsExactly("may not contain '/'", "may not contain '%'");
    }

    @Test
    void aTrailingDashOfAGeneratedNameIsMasked() {
        assertThat(Names.maskTrailingDash("my-")).isEqualTo("ma");
        assertThat(Names.maskTrailingDash("-")).isEqualTo("-");
        assertThat(Names.maskTrailingDash("my")).isEqualTo("my");
    }

    @Test
    void keysThatBecomeFilesMustNotLeaveTheirDirectory() {
        assertThat(Names.configMapKey("a.b_c-D")).isEmpty();
        assertThat(Names.configMapKey(".")).containsExactly("must not be '.'");
        assertThat(Names.configMapKey("..")).containsExactly("must not be '..'");
        assertThat(Names.configMapKey("..a")).containsExactly("must not start with '..'");
        assertThat(Names.envVarName("..a")).containsExactly("must not start with '..'");
        assertThat(Names.configMapKey("a/b"))
                .containsExactly("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g."
                        + " 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
                        + " '[-._a-zA-Z0-9]+')");
    }

    @Test
    void environmentVariablesHaveAStrictAndARelaxedForm() {
        assertThat(Names.envVarName("1a")).hasSize(1);
        assertThat(Names.relaxedEnvVarName("1a b")).isEmpty();
        assertThat(Names.relaxedEnvVarName("")).containsExactly("environment variable name must be non-empty");
        assertThat(Names.relaxedEnvVarName("a=b"))
                .containsExactly("a valid environment variable name must consist only of printable ASCII characters"
                        + " other than '='");
    }

    @Test
    void portNamesAreIanaServiceNames() {
        assertThat(Names.portName("http-2")).isEmpty();
        assertThat(Names.portName("-1--"))
                .containsExactly(
                        "must contain at least one letter (a-z)",
                        "must not contain consecutive hyphens",
                        "must not begin or end with a hyphen");
        assertThat(Names.portName("A".repeat(16)))
                .containsExactly(
                        "must be no more than 15 characters",
                        "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
                        "must contain at least one letter (a-z)");
    }

    @Test
    void numbersOutOfRangeNameTheRange() {
        assertThat(Names.portNumber(65535)).isEmpty();
        assertThat(Names.portNumber(0)).containsExactly("must be between 1 and 65535, inclusive");
    }
}
