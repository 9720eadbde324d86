package dev.jarbor.api.names;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases and texts are those of k8s.io/apimachinery, api/validate/content. */
class LabelsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "simple",
                "1-starts-with-num",
                "now-with.dashes-and.dots/simple",
                "1.2.3.4/5678",
                "example.com/Uppercase_Is_OK_123",
                "a..b"
            })
    void qualifiedNamesAreKeys(String text) {
        assertThat(Labels.key(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nospecialchars%^=@",
                "cantendwithadash-",
                "-cantstartwithadash-",
                "only/one/slash",
                "Example.com/abc",
                "example_com/abc",
                "example.com/",
                "/simple",
                ""
            })
    void anythingElseIsNoKey(String text) {
        assertThat(Labels.key(text)).isNotEmpty();
    }

    @Test
    void eachPartOfAKeyIsNamedInItsProblem() {
        assertThat(Labels.key("/a")).containsExactly("prefix part must be non-empty");
        assertThat(Labels.key("a/"))
                .containsExactly(
                        "name part must be non-empty",
                        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end"
                                + " with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex"
                                + " used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
        assertThat(Labels.key("a".repeat(64))).containsExactly("name part must be no more than 63 bytes");
        assertThat(Labels.key("a".repeat(254) + "/b")).containsExactly("prefix part must be no more than 253 bytes");
        assertThat(Labels.key("a/b/c"))
                .containsExactly("a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or"
                        + " '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with"
                        + " an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }

    @Test
    void valuesMayBeEmpty() {
        assertThat(Labels.value("")).isEmpty();
        assertThat(Labels.value("a_b.C-1")).isEmpty();
        assertThat(Labels.value("a".repeat(63))).isEmpty();
    }

    @Test
    void valuesAreRefusedWithTheReferencesSentence() {
        assertThat(Labels.value("ends-with-dash-"))
                .containsExactly("a valid label must be an empty string or consist of alphanumeric characters, '-',"
                        + " '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or"
                        + " 'my_value',  or '12345', regex used for validation is"
                        + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        assertThat(Labels.value("a".repeat(64))).containsExactly("must be no more than 63 bytes");
    }

    @Test
    void lengthsAreCountedInBytes() {
        assertThat(Labels.value("\u0101".repeat(32))).contains("must be no more than 63 bytes");
    }
}
