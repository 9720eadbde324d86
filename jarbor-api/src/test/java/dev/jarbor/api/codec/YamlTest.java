package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What documents mean was compared with sigs.k8s.io/yaml, which kubectl reads and prints with. */
class YamlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '^',
            value = {
                "yes@true",
                "Off@false",
                "y@true",
                "~@null",
                "Null@null",
                "017@15",
                "08@8",
                "0o17@15",
                "0x1F@31",
                "-0x1f@-31",
                "0b11@3",
                "1_000@1000",
                "+1@1",
                "1.0@1",
                "1e3@1000",
                ".5@0.5",
                "0.1e-3@0.0001",
                "0.00011@0.00011",
                "12345678901234567890@12345678901234567000",
                "1:30@\"1:30\"",
                "2001-01-01@\"2001-01-01\"",
                "1e@\"1e\"",
                "0x@\"0x\"",
                "1.2.3@\"1.2.3\"",
                "_1@\"_1\"",
                "\"1\"@\"1\"",
                "'yes'@\"yes\"",
                "!!str 1@\"1\"",
                "!!int \"1\"@1",
                "!!float 1@1",
                "!!binary aGk=@\"hi\"",
                "!foo b@\"b\"",
                "nginx:1.2@\"nginx:1.2\""
            })
    void scalarsMeanWhatKubectlTakesThemFor(String scalar, String json) {
        assertThat(json("a: " + scalar)).isEqualTo("{\"a\":" + json.replace("<", "\\u003c") + "}");
    }

    @Test
    void keysBecomeStrings() {
        assertThat(json("1: a\nyes: b\n1.18: c\n\"no\": d\n1e3: e"))
                .isEqualTo("{\"1\":\"a\",\"1.18\":\"c\",\"1000\":\"e\",\"no\":\"d\",\"true\":\"b\"}");
    }

    @Test
    void aStreamHoldsDocumentsAndEmptyOnesAreSkipped() {
        assertThat(Yaml.documents("---\n# nothing\n---\na: 1\n---\n---\nb: 2\n...\n"))
                .containsExactly(Json.parse("{\"a\":1}"), Json.parse("{\"b\":2}"));
        assertThat(Yaml.documents("")).isEmpty();
    }

    @Test
    void jsonIsYaml() {
        assertThat(json("{\"a\": [1, \"\\u00e9\", {\"b\": null}]}")).isEqualTo("{\"a\":[1,\"\u00e9\",{\"b\":null}]}");
    }

    @Test
    void anchorsAreFollowedWithinTheirDocument() {
        assertThat(json("a: &x [1, 2]\nb: *x")).isEqualTo("{\"a\":[1,2],\"b\":[1,2]}");
        assertThat(failure("a: &x 1\n---\nb: *x")).hasMessage("yaml: line 3: unknown anchor 'x' referenced");
        assertThat(failure("a: &x [*x]")).hasMessage("yaml: line 1: anchor 'x' value contains itself");
    }

    @Test
    void mergeKeysGiveFields() {
        assertThat(json("base: &b {c: 1, d: 2}\na:\n  <<: *b\n  d: 3"))
                .isEqualTo("{\"a\":{\"c\":1,\"d\":3},\"base\":{\"c\":1,\"d\":2}}");
        assertThat(json("<<: [{a: 1}, {a: 2, b: 2}]")).isEqualTo("{\"a\":1,\"b\":2}");
        assertThat(failure("<<: 1"))
                .hasMessage("yaml: line 1: map merge requires map or sequence of maps as the value");
    }

    @Test
    void aDocumentThatMultipliesItselfIsRefused() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(10)).append("]\n");
        }
        assertThat(failure(bomb.toString())).hasMessage("document contains excessive aliasing");
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThat(failure("[".repeat(2_000) + "]".repeat(2_000))).hasMessage("exceeded max depth");
        assertThat(catchThrowableOfType(
                                DecodeException.class,
                                () -> Yaml.decode("abcde".getBytes(StandardCharsets.UTF_8), Limits.ofBytes(4)))
                        .problem())
                .isEqualTo(DecodeException.Problem.LIMIT);
    }

    @Test
    void aKeyGivenTwiceIsAFault() {
        assertThat(failure("a: 1\nb:\n  c: 1\n  c: 2\na: 3"))
                .hasMessage("yaml: unmarshal errors:\n  line 4: key \"c\" already set in map\n"
                        + "  line 5: key \"a\" already set in map");
    }

    @Test
    void orAFindingWhereTheLastOneHolds() {
        List<Decoded> documents = Yaml.decode("a: 1\na: 2".getBytes(StandardCharsets.UTF_8), Limits.DEFAULT);

        assertThat(documents)
                .containsExactly(new Decoded(Json.parse("{\"a\":2}"), List.of("line 2: key \"a\" already set in map")));
    }

    @Test
    void keysThatAreNumbersHaveThePrecisionOf32Bits() {
        assertThat(Yaml.parse("{1.5: a, 211111111111111111111111111111111111111111: b, .nan: c, 0.1: d}"))
                .isEqualTo(Json.parse("{\"1.5\":\"a\",\".inf\":\"b\",\".nan\":\"c\",\"0.1\":\"d\"}"));
    }

    @Test
    void faultsNameTheLine() {
        DecodeException failure = failure("a: 1\nb: [1,\nc: }");

        assertThat(failure.line()).isEqualTo(3);
        assertThat(failure.in("deploy.yaml")).startsWith("deploy.yaml:3: ").doesNotContain("\n");
        assertThat(failure("a: b: c")).hasMessage("yaml: line 1: mapping values are not allowed here");
        assertThat(failure("a: !!int x")).hasMessage("yaml: line 1: cannot decode !!str `x` as a !!int");
        assertThat(failure("? [a]\n: b")).hasMessageStartingWith("yaml: line 1: invalid map key");
        assertThat(failure("~: b")).hasMessage("yaml: line 1: unsupported map key of type: null");
        assertThat(failure("a: .inf")).hasMessage("yaml: line 1: json: unsupported value: +Inf");
    }

    @Test
    void oneDocumentIsNotSeveral() {
        assertThat(catchThrowableOfType(DecodeException.class, () -> Yaml.parse("a: 1\n---\nb: 2")))
                .hasMessage("expected one YAML document, found 2");
    }

    @Test
    void printsAsKubectlPrints() {
        Value deployment = Json.parse("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"b":"true","n":"10"},
                "creationTimestamp":"2024-01-01T00:00:00Z","labels":{},"name":"web"},"spec":{"replicas":2,
                "template":{"spec":{"containers":[{"args":["--flag=x","- y",""],"command":["sh","-c","set -e\\necho hi\\n"],
                "image":"nginx:1.2","ports":[{"containerPort":80}],"tty":false}],"volumes":[]}}},"status":null}""");

        assertThat(Yaml.text(deployment)).isEqualTo("""
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  annotations:
                    b: "true"
                    "n": "10"
                  creationTimestamp: "2024-01-01T00:00:00Z"
                  labels: {}
                  name: web
                spec:
                  replicas: 2
                  template:
                    spec:
                      containers:
                      - args:
                        - --flag=x
                        - '- y'
                        - ""
                        command:
                        - sh
                        - -c
                        - |
                          set -e
                          echo hi
                        image: nginx:1.2
                        ports:
                        - containerPort: 80
                        tty: false
                      volumes: []
                status: null
                """);
    }

    @Test
    void longTextIsFoldedAndNumbersKeepTheirKind() {
        assertThat(Yaml.text(Json.parse("{\"a\":\"" + "word ".repeat(20).strip() + "\",\"b\":1234567.5,\"c\":1.0}")))
                .isEqualTo("a: " + "word ".repeat(16).strip() + "\n  "
                        + "word ".repeat(4).strip() + "\nb: 1.2345675e+06\nc: 1\n");
    }

    @Test
    void keysWithNumbersAreInNaturalOrder() {
        assertThat(Yaml.text(Json.parse("{\"item10\":1,\"item2\":1,\"item02\":1,\"item\":1,\".x\":1,\"1\":1}")))
                .isEqualTo(".x: 1\n\"1\": 1\nitem: 1\nitem2: 1\nitem02: 1\nitem10: 1\n");
    }

    @Test
    void documentsAreDivided() {
        assertThat(Yaml.text(List.of(Json.parse("{\"a\":1}"), Json.parse("{\"b\":2}"))))
                .isEqualTo("a: 1\n---\nb: 2\n");
    }

    private static String json(String yaml) {
        return Json.text(Yaml.parse(yaml));
    }

    private static DecodeException failure(String yaml) {
        return catchThrowableOfType(DecodeException.class, () -> Yaml.documents(yaml));
    }
}
