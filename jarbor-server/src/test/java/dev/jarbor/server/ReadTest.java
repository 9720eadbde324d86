package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Snapshot;
import dev.jarbor.testing.Conformance;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What gets and lists promise. */
class ReadTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";
    private static final String TEMPLATES = "v1/namespaces/default/podtemplates";

    private final TestServer cluster = new TestServer(new MemoryStore(Snapshot.EMPTY, 256));

    private static String revision(ObjectValue object) {
        return object.object("metadata").string("resourceVersion");
    }

    private static String token(ObjectValue list) {
        return list.object("metadata").string("continue");
    }

    private static List<String> names(ObjectValue list) {
        return list.list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private void createMaps(int count) {
        for (int i = 0; i < count; i++) {
            cluster.create(MAPS, "{\"metadata\":{\"name\":\"m" + i + "\"}}");
        }
    }

    private void createTemplates(int count) {
        for (int i = 0; i < count; i++) {
            cluster.create(TEMPLATES, """
                    {"metadata":{"name":"template-%04d"},
                     "template":{"spec":{"containers":[{"name":"test","image":"test"}]}}}
                    """.formatted(i));
        }
    }

    private AbstractThrowableAssert<?, ?> refused(Query query, int code) {
        return assertThatThrownBy(() -> cluster.list(MAPS, query))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(code));
    }

    @Test
    @Conformance("AM-83")
    void aListInChunksIsConsistentAndCountsWhatRemains() {
        createTemplates(40);
        for (int limit : List.of(1, 7, 17, 40)) {
            Query query = Query.NONE.with("limit", limit);
            String first = "";
            int found = 0;
            String more = "";
            do {
                ObjectValue page = cluster.list(TEMPLATES, query.with("continue", more));
                first = first.isEmpty() ? revision(page) : first;
                assertThat(revision(page)).isEqualTo(first);
                for (String name : names(page)) {
                    assertThat(name).isEqualTo("template-%04d".formatted(found));
                    found++;
                }
                more = token(page);
                assertThat(page.list("items").size())
                        .isEqualTo(
                                more.isEmpty()
                                        ? 40 - (found - page.list("items").size())
                                        : limit);
                assertThat(page.object("metadata").integer("remainingItemCount"))
                        .isEqualTo(40 - found);
            } while (!more.isEmpty());
            assertThat(found).isEqualTo(40);
        }
        assertThat(names(cluster.list(TEMPLATES, Query.NONE))).hasSize(40);
    }

    @Test
    @Conformance("AM-84")
    void afterCompactionAListGoesOnFromTheLastKeyWithTheTokenOfTheRefusal() {
        createTemplates(40);
        String first = token(cluster.list(TEMPLATES, Query.NONE.with("limit", 10)));
        for (int i = 0; i < 400; i++) {
            cluster.patch(
                    PatchType.MERGE, TEMPLATES + "/template-0000", "{\"metadata\":{\"labels\":{\"i\":\"" + i + "\"}}}");
        }
        cluster.create(TEMPLATES, """
                {"metadata":{"name":"template-0015a"},"template":{"spec":{"containers":[{"name":"test","image":"test"}]}}}
                """);
        String inconsistent = "";
        try {
            cluster.list(TEMPLATES, Query.NONE.with("limit", 10).with("continue", first));
        } catch (ApiException expired) {
            assertThat(expired.status().code()).isEqualTo(410);
            assertThat(expired.status().reason()).isEqualTo("Expired");
            inconsistent = expired.status().value().object("metadata").string("continue");
        }
        assertThat(inconsistent).isNotEmpty();

        ObjectValue second =
                cluster.list(TEMPLATES, Query.NONE.with("limit", 10).with("continue", inconsistent));
        assertThat(names(second))
                .startsWith("template-0010")
                .contains("template-0015a")
                .hasSize(10);
        assertThat(second.object("metadata").integer("remainingItemCount")).isEqualTo(21);

        ObjectValue third = cluster.list(TEMPLATES, Query.NONE.with("limit", 10).with("continue", token(second)));
        assertThat(revision(third)).isEqualTo(revision(second));
        assertThat(names(third)).startsWith("template-0019");
    }

    @Test
    void whatRemainsIsNotCountedUnderASelector() {
        createMaps(5);

        ObjectValue page = cluster.list(MAPS, Query.fields("metadata.name!=m4").with("limit", 2));

        assertThat(token(page)).isNotEmpty();
        assertThat(page.object("metadata").has("remainingItemCount")).isFalse();
    }

    @Test
    void everyWayToNameARevisionIsTakenAsTheReferenceTakesIt() {
        createMaps(1);
        String one = revision(cluster.list(MAPS, Query.NONE));
        createMaps(0);
        cluster.create(MAPS, "{\"metadata\":{\"name\":\"second\"}}");

        assertThat(names(cluster.list(MAPS, Query.NONE))).containsExactly("m0", "second");
        assertThat(names(cluster.list(MAPS, Query.NONE.with("resourceVersion", "0"))))
                .containsExactly("m0", "second");
        assertThat(names(cluster.list(MAPS, Query.NONE.with("resourceVersion", one))))
                .containsExactly("m0", "second");
        assertThat(names(cluster.list(
                        MAPS, Query.NONE.with("resourceVersion", one).with("limit", 5))))
                .containsExactly("m0");
        assertThat(names(cluster.list(
                        MAPS, Query.NONE.with("resourceVersion", one).with("resourceVersionMatch", "NotOlderThan"))))
                .containsExactly("m0", "second");
        ObjectValue exact =
                cluster.list(MAPS, Query.NONE.with("resourceVersion", one).with("resourceVersionMatch", "Exact"));
        assertThat(names(exact)).containsExactly("m0");
        assertThat(revision(exact)).isEqualTo(one);
    }

    @Test
    void whatMakesNoSenseTogetherIsRefused() {
        createMaps(3);
        Query match = Query.NONE.with("resourceVersionMatch", "Exact");
        refused(match, 422)
                .hasMessage("ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                        + " resourceVersionMatch is forbidden unless resourceVersion is provided");
        refused(match.with("resourceVersion", "0"), 422)
                .hasMessageContaining("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        refused(Query.NONE.with("resourceVersion", "1").with("resourceVersionMatch", "Newest"), 422)
                .hasMessageContaining(
                        "Unsupported value: \"Newest\": supported values: \"Exact\", \"NotOlderThan\", \"\"");
        refused(Query.NONE.with("sendInitialEvents", true), 422)
                .hasMessageContaining("sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list");
        refused(Query.NONE.with("resourceVersion", "abc"), 400)
                .hasMessage("invalid resource version: resourceVersion: Invalid value: \"abc\": strconv.ParseUint:"
                        + " parsing \"abc\": invalid syntax");
        refused(Query.NONE.with("limit", "99999999999999999999"), 400)
                .hasMessage("strconv.ParseInt: parsing \"99999999999999999999\": value out of range");
        refused(Query.NONE.with("resourceVersion", 999_999), 504)
                .hasMessageStartingWith("Timeout: Too large resource version: 999999, current: ");
        String more = token(cluster.list(MAPS, Query.NONE.with("limit", 1)));
        refused(Query.NONE.with("continue", more).with("resourceVersion", "5"), 400)
                .hasMessage("specifying resource version is not allowed when using continue");
        refused(match.with("resourceVersion", "1").with("continue", more), 422)
                .hasMessageContaining("resourceVersionMatch is forbidden when continue is provided");
    }

    @Test
    void tokensThatNoServerGaveAreRefused() {
        refused(Query.NONE.with("continue", "?"), 400)
                .hasMessageStartingWith("invalid continue token: continue key is not valid: ");
        refused(Query.NONE.with("continue", encoded("{\"v\":\"v2\",\"rv\":1,\"start\":\"a\"}")), 400)
                .hasMessage("invalid continue token: continue key is not valid: server does not recognize this encoded"
                        + " version v2");
        refused(Query.NONE.with("continue", encoded("{\"v\":\"meta.k8s.io/v1\",\"start\":\"a\"}")), 400)
                .hasMessage("invalid continue token: continue key is not valid: incorrect encoded start resourceVersion"
                        + " (version meta.k8s.io/v1)");
        refused(Query.NONE.with("continue", encoded("{\"v\":\"meta.k8s.io/v1\",\"rv\":1}")), 400)
                .hasMessage("invalid continue token: continue key is not valid: encoded start key empty (version"
                        + " meta.k8s.io/v1)");
        refused(
                        Query.NONE.with(
                                "continue", encoded("{\"v\":\"meta.k8s.io/v1\",\"rv\":1,\"start\":\"a/../../b\"}")),
                        400)
                .hasMessage("invalid continue token: continue key is not valid: a/../../b");
        refused(Query.NONE.with("continue", "A".repeat(1_000_000)), 400).hasMessageContaining("longer than any token");
    }

    private static String encoded(String token) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(token.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v1/pods|spec.color|field label not supported: spec.color",
                "v1/nodes|metadata.namespace|field label not supported: metadata.namespace",
                "v1/namespaces|name|field label not supported: name",
                "v1/persistentvolumes|name|\"name\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
                "batch/v1/jobs|status.failed|field label \"status.failed\" not supported for batchv1.Job",
                "apps/v1/statefulsets|spec.x|field label not supported for appsv1.StatefulSet: spec.x",
                "events.k8s.io/v1/events|involvedObject.name|field label not supported: involvedObject.name",
                "v1/events|regarding.name|field label not supported: regarding.name",
            })
    void fieldsThatAKindCannotBeSelectedByAreRefused(String path, String field, String message) {
        assertThatThrownBy(() -> cluster.list(path, Query.fields(field + "=x"))).hasMessage(message);
    }

    @Test
    void theSameEventsAreSelectedInBothOfTheirGroups() {
        cluster.create("v1/namespaces/default/events", """
                {"metadata":{"name":"e"},"involvedObject":{"kind":"Pod","name":"web","namespace":"default"},
                 "reason":"Started","type":"Normal","reportingComponent":"kubelet"}
                """);

        assertThat(names(cluster.list("v1/events", Query.fields("involvedObject.name=web"))))
                .containsExactly("e");
        assertThat(names(cluster.list(
                        "events.k8s.io/v1/events", Query.fields("regarding.name=web,reportingController=kubelet"))))
                .containsExactly("e");
        assertThat(names(cluster.list("events.k8s.io/v1/events", Query.fields("regarding.name=other"))))
                .isEmpty();
    }

    @Test
    void aListIsEmptyAndStillHasARevision() {
        ObjectValue list = cluster.list("v1/namespaces/nowhere/configmaps", Query.NONE.with("limit", 500));

        assertThat(list.string("kind")).isEqualTo("ConfigMapList");
        assertThat(list.list("items").isEmpty()).isTrue();
        assertThat(revision(list)).isNotEmpty();
        assertThat(token(list)).isEmpty();
    }

    @Test
    void aGetMayAskForARevisionThatIsNotTooFarAhead() {
        createMaps(1);
        assertThat(cluster.handle(Verb.GET, MAPS + "/m0", Query.NONE.with("resourceVersion", "0"), ObjectValue.EMPTY)
                        .code())
                .isEqualTo(200);
        var codes = new ArrayList<Integer>();
        for (String version : List.of("abc", "99999999")) {
            try {
                cluster.handle(Verb.GET, MAPS + "/m0", Query.NONE.with("resourceVersion", version), ObjectValue.EMPTY);
            } catch (ApiException refused) {
                codes.add(refused.status().code());
            }
        }
        assertThat(codes).containsExactly(400, 504);
    }
}
