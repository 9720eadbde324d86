package dev.jarbor.api.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Ownership without a server: sets, shapes, versions and repeated keys. */
class OwnershipTest {
    private static final Shape POD = new TypeShapes(Schemas.builtIn())
            .forKind(GroupVersionKind.of("v1", "Pod"))
            .orElseThrow();

    private static final Ownership PODS = new Ownership(Versions.alike(POD), UnaryOperator.identity());

    private static Ownership.Writer writer(String manager) {
        return new Ownership.Writer(manager, "v1", "", "2026-01-01T00:00:00Z");
    }

    private static Applied.Done done(Applied applied) {
        assertThat(applied).isInstanceOf(Applied.Done.class);
        return (Applied.Done) applied;
    }

    private static FieldSet set(String json) {
        return FieldSet.decode(Json.object(json)).orElseThrow();
    }

    private static ObjectValue pod(String env) {
        return Json.object("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"},"
                + "\"spec\":{\"containers\":[{\"name\":\"nginx\",\"env\":" + env + "}]}}");
    }

    @Test
    void setsAreComputedWithFieldByField() {
        FieldSet one = set("{\"f:a\":{\".\":{},\"f:b\":{}},\"f:c\":{}}");
        FieldSet other = set("{\"f:a\":{\"f:b\":{},\"f:d\":{}}}");

        assertThat(one.union(other)).isEqualTo(set("{\"f:a\":{\".\":{},\"f:b\":{},\"f:d\":{}},\"f:c\":{}}"));
        assertThat(one.intersection(other)).isEqualTo(set("{\"f:a\":{\"f:b\":{}}}"));
        assertThat(one.difference(other)).isEqualTo(set("{\"f:a\":{},\"f:c\":{}}"));
        assertThat(other.difference(one)).isEqualTo(set("{\"f:a\":{\"f:d\":{}}}"));
        assertThat(other.without(one)).isEqualTo(FieldSet.EMPTY);
        assertThat(one).hasToString(".a\n.c\n.a.b");
    }

    @Test
    void whatAClientWritesIsBroughtIntoOneSpelling() {
        FieldSet set = set("{\"k:{ \\\"port\\\": 80, \\\"a\\\":\\\"b\\\"}\":{},\"v: 1\":{\".\":{}},\"i:03\":{}}");

        assertThat(set.tree().names()).containsExactly("i:3", "k:{\"a\":\"b\",\"port\":80}", "v:1");
        assertThat(set).hasToString("[3]\n[a=\"b\",port=80]\n[=1]");
        assertThat(FieldSet.decode(Json.object("{\"f:a\":1}"))).isEmpty();
        assertThat(FieldSet.decode(Json.object("{\"k:x\":{}}"))).isEmpty();
    }

    @Test
    void repeatedKeysAreOwnedAsOneAndReplacedAsOne() {
        ObjectValue live = pod("[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"},"
                + "{\"name\":\"B\",\"value\":\"3\"}]");
        Owners owners = PODS.afterUpdate(ObjectValue.EMPTY, live, Owners.NONE, writer("kubectl-create"));

        assertThat(owners.list().getFirst().fields().toString())
                .contains(".spec.containers[name=\"nginx\"].env[name=\"A\"]\n")
                .doesNotContain("[name=\"A\"].value")
                .contains("[name=\"B\"].value");

        Applied.Done applied =
                done(PODS.apply(live, pod("[{\"name\":\"A\",\"value\":\"4\"}]"), owners, writer("alice"), true));
        Value env = applied.object()
                .object("spec")
                .list("containers")
                .objects()
                .getFirst()
                .list("env");
        assertThat(env).isEqualTo(Json.parse("[{\"name\":\"A\",\"value\":\"4\"},{\"name\":\"B\",\"value\":\"3\"}]"));
    }

    @Test
    void aConfigurationMustNotRepeatKeys() {
        assertThat(ShapeCheck.faults(pod("[{\"name\":\"A\"},{\"name\":\"A\"}]"), POD))
                .isEqualTo(".spec.containers[name=\"nginx\"].env: duplicate entries for key [name=\"A\"]");
        assertThat(ShapeCheck.faults(pod("[{\"value\":\"1\"}]"), POD))
                .isEqualTo(".spec.containers[name=\"nginx\"].env: element 0: associative list with keys has an element"
                        + " that omits key field \"name\" (and doesn't have default value)");
        assertThat(ShapeCheck.faults(pod("[{\"name\":\"A\",\"value\":1}]"), POD))
                .isEqualTo(".spec.containers[name=\"nginx\"].env[name=\"A\"].value: expected string, got"
                        + " &value.valueUnstructured{Value:1}");
    }

    /** Two versions of a kind: what v1 calls {@code size}, v2 calls {@code width}. */
    private static final class Renamed implements Versions {
        private static Shape of(String field) {
            return Shape.Fields.of(
                    new TreeMap<>(
                            Map.of(field, Shape.Field.of(Shape.Leaf.ANY), "color", Shape.Field.of(Shape.Leaf.ANY))),
                    null,
                    false);
        }

        private static String field(String version) {
            return version.equals("v1") ? "size" : "width";
        }

        @Override
        public Optional<Shape> shape(String apiVersion) {
            return apiVersion.equals("v0") ? Optional.empty() : Optional.of(of(field(apiVersion)));
        }

        @Override
        public ObjectValue convert(ObjectValue object, String from, String to) {
            return object.has(field(from))
                    ? object.without(field(from)).with(field(to), object.valueOrNull(field(from)))
                    : object;
        }
    }

    private static final Ownership THINGS = new Ownership(new Renamed(), UnaryOperator.identity());

    private static Ownership.Writer in(String version, String manager) {
        return new Ownership.Writer(manager, version, "", "2026-01-01T00:00:00Z");
    }

    @Test
    void anOwnerKeepsItsFieldsInTheWordsOfItsVersion() {
        Applied.Done first = done(THINGS.apply(
                ObjectValue.EMPTY,
                Json.object("{\"size\":1,\"color\":\"red\"}"),
                Owners.NONE,
                in("v1", "alice"),
                false));
        ObjectValue inSecond = new Renamed().convert(first.object(), "v1", "v2");

        Applied conflict = THINGS.apply(inSecond, Json.object("{\"width\":2}"), first.owners(), in("v2", "bob"), false);
        assertThat(conflict)
                .isEqualTo(new Applied.Conflicting(
                        List.of(new Conflict(first.owners().list().getFirst().identity(), List.of("f:size")))));

        // An applier that changes its version stays the same owner, and what it leaves out goes.
        Applied.Done moved = done(
                THINGS.apply(inSecond, Json.object("{\"color\":\"red\"}"), first.owners(), in("v2", "alice"), false));
        assertThat(moved.object()).isEqualTo(Json.object("{\"color\":\"red\"}"));
        assertThat(moved.owners().list()).hasSize(1);
        assertThat(moved.owners().list().getFirst().apiVersion()).isEqualTo("v2");
    }

    @Test
    void whatBecameOneValueBelongsToWhoOwnedPartsOfIt() {
        Shape inner = Shape.Fields.of(Map.of("x", Shape.Field.of(Shape.Leaf.ANY)), null, true);
        Shape now = Shape.Fields.of(Map.of("a", Shape.Field.of(inner)), null, false);

        assertThat(set("{\"f:a\":{\"f:x\":{}},\"f:b\":{\"f:x\":{}}}").fitted(now))
                .isEqualTo(set("{\"f:a\":{},\"f:b\":{\"f:x\":{}}}"));
    }

    @Test
    void anOwnerWhoseVersionIsGoneIsDropped() {
        Applied.Done first = done(
                THINGS.apply(ObjectValue.EMPTY, Json.object("{\"size\":1}"), Owners.NONE, in("v1", "alice"), false));
        ObjectValue entry = first.owners().list().getFirst().entry().with("apiVersion", "v0");
        var outdated = new Owners(List.of(new Owner(entry)));

        Owners after = THINGS.afterUpdate(first.object(), Json.object("{\"size\":2}"), outdated, in("v1", "bob"));

        assertThat(after.list()).extracting(Owner::manager).containsExactly("bob");
    }
}
