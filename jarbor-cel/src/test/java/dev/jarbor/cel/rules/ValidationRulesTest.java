package dev.jarbor.cel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidationRulesTest {
    private static final FieldPath PATH =
            FieldPath.of("spec", "versions").index(0).child("schema", "openAPIV3Schema");
    private static final String REPLICAS = """
            type: object
            properties:
              spec:
                type: object
                x-kubernetes-validations:
                - rule: self.minReplicas <= self.replicas
                  message: replicas should be greater than or equal to minReplicas.
                - rule: self.replicas <= self.maxReplicas
                  messageExpression: '"replicas %d over %d".format([self.replicas, self.maxReplicas])'
                  fieldPath: .replicas
                  reason: FieldValueForbidden
                - rule: self.replicas >= oldSelf.replicas || self.replicas == 0
                properties:
                  replicas: {type: integer}
                  minReplicas: {type: integer, default: 0}
                  maxReplicas: {type: integer}
                required: [replicas, minReplicas, maxReplicas]
            """;

    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static ObjectValue replicas(int min, int now, int max) {
        return yaml("spec: {minReplicas: %d, replicas: %d, maxReplicas: %d}".formatted(min, now, max));
    }

    private static List<String> faults(String schema) {
        return ValidationRules.check(yaml(schema), PATH, false).stream()
                .map(FieldError::toString)
                .toList();
    }

    private static List<String> refusals(String schema, ObjectValue object, ObjectValue... before) {
        return ValidationRules.of(yaml(schema))
                .validate(object, before.length == 0 ? Optional.empty() : Optional.of(before[0]), warning -> {})
                .stream()
                .map(FieldError::toString)
                .toList();
    }

    @Test
    void rulesThatHoldSayNothing() {
        assertThat(faults(REPLICAS)).isEmpty();
        assertThat(refusals(REPLICAS, replicas(1, 2, 3))).isEmpty();
    }

    @Test
    void aBrokenRuleIsNamedByItsMessage() {
        assertThat(refusals(REPLICAS, replicas(3, 2, 3)))
                .containsExactly(
                        "spec: Invalid value: \"object\": replicas should be greater than or equal to minReplicas.");
    }

    @Test
    void aMessageIsMadeByItsExpressionAndPointsAtTheFieldPath() {
        assertThat(refusals(REPLICAS, replicas(1, 5, 3)))
                .containsExactly("spec.replicas: Forbidden: replicas 5 over 3");
    }

    @Test
    void aTransitionRuleAppliesToUpdatesOnly() {
        assertThat(refusals(REPLICAS, replicas(1, 2, 3), replicas(1, 3, 3)))
                .containsExactly("spec: Invalid value: \"object\": failed rule: self.replicas >= oldSelf.replicas ||"
                        + " self.replicas == 0");
        assertThat(refusals(REPLICAS, replicas(1, 3, 3), replicas(1, 2, 3))).isEmpty();
    }

    @Test
    void whatWasWrongBeforeAndDidNotChangeIsAWarning() {
        var warnings = new ArrayList<String>();
        ObjectValue broken = replicas(3, 2, 3);
        assertThat(ValidationRules.of(yaml(REPLICAS)).validate(broken, Optional.of(broken), warnings::add))
                .isEmpty();
        assertThat(warnings)
                .containsExactly(
                        "spec: Invalid value: \"object\": replicas should be greater than or equal to minReplicas.");
    }

    @Test
    void aRuleThatCannotBeEvaluatedSaysWhy() {
        assertThat(refusals(REPLICAS, yaml("spec: {replicas: 1, maxReplicas: 2}")))
                .containsExactly("spec: Invalid value: \"object\": no such key: minReplicas evaluating rule: replicas"
                        + " should be greater than or equal to minReplicas.");
    }

    @Test
    void optionalOldSelfAppliesToCreationsToo() {
        String schema = """
                type: object
                properties:
                  spec:
                    type: string
                    x-kubernetes-validations:
                    - rule: "oldSelf.hasValue() ? self == oldSelf.value() : self == 'first'"
                      optionalOldSelf: true
                """;
        assertThat(faults(schema)).isEmpty();
        assertThat(refusals(schema, yaml("spec: first"))).isEmpty();
        assertThat(refusals(schema, yaml("spec: other"))).hasSize(1);
        assertThat(refusals(schema, yaml("spec: other"), yaml("spec: first"))).hasSize(1);
    }

    @Test
    void itemsOfAListWithKeysAreComparedWithTheirFormerSelves() {
        String schema = """
                type: object
                properties:
                  ports:
                    type: array
                    maxItems: 10
                    x-kubernetes-list-type: map
                    x-kubernetes-list-map-keys: [name]
                    items:
                      type: object
                      properties: {name: {type: string}, port: {type: integer}}
                      required: [name]
                      x-kubernetes-validations:
                      - {rule: self.port >= oldSelf.port, message: ports only grow}
                """;
        assertThat(faults(schema)).isEmpty();
        ObjectValue before = yaml("ports: [{name: a, port: 1}, {name: b, port: 5}]");
        assertThat(refusals(
                        schema, yaml("ports: [{name: b, port: 4}, {name: a, port: 2}, {name: c, port: 1}]"), before))
                .containsExactly("ports[0]: Invalid value: \"object\": ports only grow");
    }

    @Test
    void namesAreEscapedAndFormatsAreTyped() {
        String schema = """
                type: object
                properties:
                  my-field.x/y: {type: string}
                  namespace: {type: string}
                  at: {type: string, format: date-time}
                  raw: {type: string, format: byte}
                  either: {x-kubernetes-int-or-string: true}
                  set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                x-kubernetes-validations:
                - rule: self.my__dash__field__dot__x__slash__y == 'v' && self.__namespace__ == 'ns'
                - rule: self.at < timestamp('2030-01-01T00:00:00Z') && self.raw == b'hi'
                - rule: type(self.either) == string || self.either > 3
                - rule: self.set == ['b', 'a'] && self.set + ['a', 'c'] == ['c', 'a', 'b']
                - rule: self.metadata.name == 'demo'
                """;
        assertThat(faults(schema)).isEmpty();
        assertThat(refusals(schema, yaml("""
                        metadata: {name: demo}
                        my-field.x/y: v
                        namespace: ns
                        at: '2026-01-01T00:00:00Z'
                        raw: aGk=
                        either: 4
                        set: [a, b]
                        """))).isEmpty();
    }

    @Test
    void faultsOfRulesAreErrorsOfTheDefinition() {
        assertThat(faults("""
                        type: object
                        properties:
                          spec:
                            type: object
                            properties: {a: {type: string}}
                            x-kubernetes-validations:
                            - rule: self.b == 1
                            - rule: self.a
                            - {rule: "true", optionalOldSelf: true}
                            - {rule: "true", messageExpression: "1"}
                          list:
                            type: array
                            maxItems: 3
                            items:
                              type: string
                              x-kubernetes-validations: [{rule: self == oldSelf}]
                        """))
                .satisfiesExactlyInAnyOrder(
                        error -> assertThat(error)
                                .startsWith(PATH + ".properties[spec].x-kubernetes-validations[0].rule: Invalid value:"
                                        + " {\"Rule\":\"self.b == 1\",\"Message\":\"\",\"MessageExpression\":\"\",\"Reason\":null,"
                                        + "\"FieldPath\":\"\",\"OptionalOldSelf\":null}: compilation failed: ERROR: <input>:1:5: undefined field"
                                        + " 'b'\n | self.b == 1\n | ....^"),
                        error -> assertThat(error)
                                .startsWith(PATH + ".properties[spec].x-kubernetes-validations[1].rule: Invalid value:")
                                .endsWith(": cel expression must evaluate to a bool"),
                        error -> assertThat(error)
                                .isEqualTo(PATH + ".properties[spec].x-kubernetes-validations[2].optionalOldSelf:"
                                        + " Invalid value: true: may not be set if oldSelf is not used in rule"),
                        error -> assertThat(error)
                                .startsWith(PATH + ".properties[spec].x-kubernetes-validations[3].messageExpression:"
                                        + " Invalid value: ")
                                .endsWith("messageExpression must evaluate to a string"),
                        error -> assertThat(error)
                                .isEqualTo(PATH + ".properties[list].items.x-kubernetes-validations[0].rule: Invalid"
                                        + " value: \"self == oldSelf\": oldSelf cannot be used on the uncorrelatable"
                                        + " portion of the schema within " + PATH + ".properties[list]"));
    }

    @Test
    void theFormOfRulesIsChecked() {
        assertThat(faults("""
                        type: object
                        properties: {a: {type: string}}
                        x-kubernetes-validations:
                        - {rule: " "}
                        - {rule: "true", message: "  "}
                        - {rule: "true", reason: Because}
                        - {rule: "true", fieldPath: .b}
                        - {rule: "true", messageExpression: " "}
                        """))
                .containsExactly(
                        PATH + ".x-kubernetes-validations[0].rule: Required value: rule is not specified",
                        PATH + ".x-kubernetes-validations[1].message: Invalid value: \"  \": message must be non-empty"
                                + " if specified",
                        PATH + ".x-kubernetes-validations[2].reason: Unsupported value: \"Because\": supported values:"
                                + " \"FieldValueDuplicate\", \"FieldValueForbidden\", \"FieldValueInvalid\","
                                + " \"FieldValueRequired\"",
                        PATH
                                + ".x-kubernetes-validations[3].fieldPath: Invalid value: \".b\": fieldPath must be a valid"
                                + " path",
                        PATH + ".x-kubernetes-validations[4].messageExpression: Required value: messageExpression must"
                                + " be non-empty if specified");
    }

    @Test
    void aRuleThatMayCostTooMuchIsForbidden() {
        String unbounded = """
                type: object
                properties:
                  list:
                    type: array
                    %s
                    items: {type: string%s}
                    x-kubernetes-validations: [{rule: "self.all(x, self.all(y, x == y || x.contains(y)))"}]
                """;
        assertThat(faults(unbounded.formatted("", "")))
                .contains(
                        PATH + ".properties[list].x-kubernetes-validations[0].rule: Forbidden: estimated rule cost"
                                + " exceeds budget by factor of more than 100x (try simplifying the rule, or adding"
                                + " maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)",
                        PATH + ": Forbidden: x-kubernetes-validations estimated rule cost total for"
                                + " entire OpenAPIv3 schema exceeds budget by factor of more than 100x (try simplifying"
                                + " the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and"
                                + " strings are declared)");
        assertThat(faults(unbounded.formatted("maxItems: 10", ", maxLength: 20")))
                .isEmpty();
    }

    /** The reference's own documentation has it so, and the reference refuses it (its issue 124234): so do we. */
    @Test
    void aNumberMadeATextIsAsLongAsAnyText() {
        String schema = """
                type: object
                properties: {x: {type: integer}, limit: {type: integer}}
                x-kubernetes-validations:
                - rule: self.x <= self.limit
                  messageExpression: "'x exceeded the limit of ' + string(self.limit)"
                """;
        assertThat(faults(schema))
                .satisfiesExactly(
                        error -> assertThat(error)
                                .startsWith(
                                        PATH + ".x-kubernetes-validations[0].messageExpression: Forbidden: estimated"
                                                + " messageExpression cost exceeds budget by factor of more than 100x"),
                        error -> assertThat(error)
                                .isEqualTo(
                                        PATH + ".x-kubernetes-validations[0].messageExpression: Forbidden: contributed"
                                                + " to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"),
                        error -> assertThat(error)
                                .startsWith(PATH + ": Forbidden: x-kubernetes-validations estimated rule cost total for"
                                        + " entire OpenAPIv3 schema exceeds budget by factor of more than 100x"));
        assertThat(faults(schema.replace(
                        "'x exceeded the limit of ' + string(self.limit)", "'over %d'.format([self.limit])")))
                .isEmpty();
    }

    @Test
    void whatWasAcceptedBeforeAsItIsMayCostWhatItCosts() {
        ObjectValue dear = yaml("""
                type: object
                properties:
                  list:
                    type: array
                    maxItems: 300
                    items: {type: string, maxLength: 1000}
                    x-kubernetes-validations: [{rule: "self.all(x, self.exists(y, x == y))"}]
                """);
        assertThat(ValidationRules.check(dear, PATH, false))
                .extracting(FieldError::toString)
                .singleElement()
                .asString()
                .contains("estimated rule cost exceeds budget by factor of");
        assertThat(ValidationRules.check(dear, PATH, true)).isEmpty();
    }

    @Test
    void anObjectThatCostsTooMuchIsRefusedAndNoFurtherRuleRuns() {
        String schema = """
                type: object
                properties:
                  list:
                    type: array
                    items: {type: integer}
                    x-kubernetes-validations:
                    - {rule: "self.all(x, self.all(y, self.all(z, x + y + z >= 0)))"}
                    - {rule: "false"}
                """;
        String numbers = String.join(", ", Collections.nCopies(300, "1"));
        assertThat(refusals(schema, yaml("list: [" + numbers + "]")))
                .containsExactly("list: Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded':"
                        + " no further validation rules will be run due to call cost exceeds limit for rule:"
                        + " self.all(x, self.all(y, self.all(z, x + y + z >= 0)))");
    }
}
