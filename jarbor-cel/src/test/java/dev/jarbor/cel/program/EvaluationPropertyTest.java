package dev.jarbor.cel.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.Value;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random expressions on random values end as documented: with a value, an error of CEL, or at their limit. */
class EvaluationPropertyTest {
    private static final int ROUNDS = 400;
    private static final Value SELF = Json.parse("""
            {"name":"web","n":3,"f":2.5,"t":true,"none":null,"list":[1,2,3],"texts":["a","b"],"mixed":[1,"x",null,{}],
             "map":{"a":1,"b":"2"},"when":"2026-01-01T00:00:00Z","deep":{"x":{"y":[{"z":1}]}}}
            """);
    private static final List<String> LEAVES = List.of(
            "self",
            "self.name",
            "self.n",
            "self.f",
            "self.t",
            "self.none",
            "self.list",
            "self.texts",
            "self.mixed",
            "self.map",
            "self.deep.x.y[0].z",
            "self.absent",
            "1",
            "-9223372036854775807",
            "2.5",
            "'a'",
            "'\\u00e9'",
            "b'x'",
            "true",
            "null",
            "[]",
            "{}",
            "[1, 2]",
            "{'a': 1}",
            "3u",
            "duration('1s')",
            "timestamp('2026-01-01T00:00:00Z')",
            "optional.none()",
            "quantity('1Mi')",
            "ip('::1')",
            "cidr('10.0.0.0/8')",
            "semver('1.2.3')",
            "type(self)");
    private static final List<String> SHAPES = List.of(
            "%s + %s",
            "%s - %s",
            "%s * %s",
            "%s / %s",
            "%s %% %s",
            "%s == %s",
            "%s < %s",
            "%s >= %s",
            "%s in %s",
            "%s && %s",
            "%s || %s",
            "(%s)[%s]",
            "%s.map(x, x + %s)",
            "%s.all(x, x == %s)",
            "%s.exists(i, x, x == %s)",
            "%s.filter(x, x != %s)",
            "%s.transformList(i, x, %s)",
            "%s.transformMap(i, x, %s)",
            "size(%s) > %s",
            "string(%s) + %s",
            "int(%s) + %s",
            "double(%s) + %s",
            "%s.contains(%s)",
            "%s.matches(%s)",
            "%s.split(%s)",
            "%s.join(%s)",
            "%s.replace(%s, 'y')",
            "%s.substring(%s)",
            "%s.indexOf(%s)",
            "%s.lastIndexOf(%s)",
            "%s.find(%s)",
            "'%%s %%d'.format([%s, %s])",
            "[%s].sum() == %s",
            "[%s, %s].min() == 1",
            "[%s].isSorted() == %s",
            "%s.isGreaterThan(%s)",
            "%s.compareTo(%s)",
            "%s.containsIP(%s)",
            "sets.contains([%s], [%s])",
            "has(self.map.a) ? %s : %s",
            "%s.?a.orValue(%s)",
            "timestamp(%s) < timestamp(%s)",
            "duration(%s) == %s",
            "dyn(%s) == dyn(%s)",
            "url(%s).getHost() == %s",
            "%s.getHours() == %s",
            "[%s, %s].map(x, [x, x])");

    private long state;

    /** The next number below {@code bound}, by Knuth's linear congruence. */
    private int next(int bound) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (int) Long.remainderUnsigned(state >>> 33, bound);
    }

    private String expression(int depth) {
        if (depth == 0 || next(4) == 0) {
            return LEAVES.get(next(LEAVES.size()));
        }
        String shape = SHAPES.get(next(SHAPES.size()));
        String first = "(" + expression(depth - 1) + ")";
        return shape.formatted(first, "(" + expression(depth - 1) + ")");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void evaluationEndsAsDocumented(long seed) {
        state = seed;
        Set<ExpressionRuns.Ending> seen = EnumSet.noneOf(ExpressionRuns.Ending.class);
        for (int i = 0; i < ROUNDS; i++) {
            String expression = expression(3);
            try {
                seen.add(ExpressionRuns.run(expression, SELF));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + expression, e);
            }
        }
        assertThat(seen).contains(ExpressionRuns.Ending.VALUE, ExpressionRuns.Ending.NO_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void brokenTextIsRefusedOrEvaluated(long seed) {
        state = seed;
        for (int i = 0; i < ROUNDS; i++) {
            var text = new StringBuilder(expression(3));
            for (int changes = 1 + next(3); changes > 0; changes--) {
                text.setCharAt(next(text.length()), (char) (32 + next(96)));
            }
            assertThat(ExpressionRuns.run(text.toString(), SELF))
                    .as(text.toString())
                    .isNotNull();
        }
    }
}
