package dev.jarbor.node.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kubernetes: "Define Dependent Environment Variables". */
class ExpansionTest {
    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "$(A), one",
        "x$(A)y$(B)z, xoneytwoz",
        "$(NONE), $(NONE)",
        "$$(A), $(A)",
        "$$$(A), $one",
        "$A, $A",
        "$(A, $(A",
        "100$, 100$",
    })
    void knownNamesAreReplacedAndEverythingElseStays(String text, String expanded) {
        Map<String, String> variables = Map.of("A", "one", "B", "two");
        assertThat(Expansion.expand(text, name -> Optional.ofNullable(variables.get(name))))
                .isEqualTo(expanded);
    }
}
