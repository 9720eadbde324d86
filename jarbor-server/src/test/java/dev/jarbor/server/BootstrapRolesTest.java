package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.FactTable;
import dev.jarbor.server.registry.RuntimeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The roles and bindings that every cluster has, from the first start and again at every later one. */
class BootstrapRolesTest {
    private static final String RBAC = "rbac.authorization.k8s.io/v1";

    private final TestServer first = new TestServer();

    private static List<String> said(String words) {
        return words.isEmpty() ? List.of() : List.of(words.replace("\"\"", "").split(",", -1));
    }

    private static List<List<String>> rules(ObjectValue role) {
        var rules = new ArrayList<List<String>>();
        for (ObjectValue rule : role.list("rules").objects()) {
            var one = new ArrayList<String>();
            for (String part : List.of("apiGroups", "resources", "resourceNames", "nonResourceURLs", "verbs")) {
                one.add(part + rule.list(part).strings());
            }
            rules.add(one);
        }
        return rules;
    }

    /** The rules of each role, by its path, of a server that has what {@code served} says beside what is on by default. */
    private static Map<String, List<List<String>>> expected(Predicate<String> served) {
        var expected = new TreeMap<String, List<List<String>>>();
        for (List<String> row : FactTable.read("/dev/jarbor/server/rbac/bootstrap-roles.tsv")) {
            if (!row.get(9).isEmpty() && !served.test(row.get(9))) {
                continue;
            }
            String place = row.get(1).isEmpty() ? "/clusterroles/" : "/namespaces/" + row.get(1) + "/roles/";
            List<List<String>> rules = expected.computeIfAbsent(place + row.get(2), absent -> new ArrayList<>());
            if (!row.get(4).equals("AGGREGATES")) {
                rules.add(List.of(
                        "apiGroups" + said(row.get(4)),
                        "resources" + said(row.get(5)),
                        "resourceNames" + said(row.get(6)),
                        "nonResourceURLs" + said(row.get(7)),
                        "verbs" + said(row.get(8))));
            }
        }
        return expected;
    }

    private static List<String> names(TestServer server, String plural) {
        return server
                .server
                .as(User.ADMIN)
                .call(ApiRequest.of(Verb.LIST, new ResourcePath("rbac.authorization.k8s.io", "v1", plural, "", "", "")))
                .list("items")
                .objects()
                .stream()
                .map(role -> role.object("metadata").string("name"))
                .toList();
    }

    @Test
    void theFirstStartMakesEveryRoleOfTheTableWithItsRules() {
        var expected = expected(resource -> false);

        assertThat(expected).hasSizeGreaterThan(60);
        expected.forEach((path, rules) -> {
            ObjectValue role = first.get(RBAC + path);
            assertThat(rules(role)).as(path).isEqualTo(rules);
            assertThat(role.object("metadata").object("labels").string("kubernetes.io/bootstrapping"))
                    .isEqualTo("rbac-defaults");
        });
    }

    @Test
    void whatIsAboutResourcesThatAreOffByDefaultComesWithThem() {
        String cleaner = "system:controller:podcertificaterequestcleaner";
        assertThat(names(first, "clusterroles")).doesNotContain(cleaner);
        assertThat(names(first, "clusterrolebindings")).doesNotContain(cleaner);
        var whole = new TestServer(ServerSettings.DEFAULT.withApis(RuntimeConfig.EVERYTHING));

        assertThat(names(whole, "clusterroles")).contains(cleaner);
        assertThat(names(whole, "clusterrolebindings")).contains(cleaner);
        expected(resource -> true)
                .forEach((path, rules) ->
                        assertThat(rules(whole.get(RBAC + path))).as(path).isEqualTo(rules));
    }

    @Test
    void aLaterStartAddsWhatIsMissingAndLeavesWhatAnOwnerAdded() {
        String path = RBAC + "/clusterroles/system:discovery";
        ObjectValue own = ObjectValue.builder()
                .put("apiGroups", ListValue.ofStrings(List.of("")))
                .put("resources", ListValue.ofStrings(List.of("pods")))
                .put("verbs", ListValue.ofStrings(List.of("list")))
                .build();
        ObjectValue before = first.get(path);
        first.update(
                path,
                before.with("rules", ListValue.of(own)).update("metadata", metadata -> metadata.without("labels")));

        ObjectValue after = new TestServer(first.store).get(path);

        assertThat(after.list("rules").get(0)).isEqualTo(own);
        assertThat(after.list("rules").objects())
                .anySatisfy(rule ->
                        assertThat(rule.list("nonResourceURLs").strings()).containsExactly("/healthz"));
        assertThat(after.object("metadata").object("labels").string("kubernetes.io/bootstrapping"))
                .isEqualTo("rbac-defaults");
        assertThat(after.object("metadata").string("uid"))
                .isEqualTo(before.object("metadata").string("uid"));
        assertThat(new TestServer(first.store).get(path))
                .as("a third start changes nothing")
                .isEqualTo(after);
    }

    @Test
    void missingSubjectsComeBack() {
        String path = RBAC + "/clusterrolebindings/system:basic-user";
        first.update(path, first.get(path).with("subjects", ListValue.EMPTY));

        assertThat(new TestServer(first.store).get(path).list("subjects").objects())
                .extracting(subject -> subject.string("name"))
                .containsExactly("system:authenticated");
    }

    @Test
    void whatIsNotToBeUpdatedIsLeftAlone() {
        String path = RBAC + "/clusterroles/system:discovery";
        ObjectValue changed = first.get(path)
                .with("rules", ListValue.EMPTY)
                .update(
                        "metadata",
                        metadata -> metadata.with(
                                "annotations",
                                ObjectValue.EMPTY.with("rbac.authorization.kubernetes.io/autoupdate", "false")));
        ObjectValue before = first.update(path, changed);

        assertThat(new TestServer(first.store).get(path)).isEqualTo(before);
    }

    @Test
    void aRoleThatIsDeletedComesBackAtTheNextStart() {
        String path = RBAC + "/clusterroles/system:public-info-viewer";
        first.delete(path, "{}");

        assertThat(rules(new TestServer(first.store).get(path))).isNotEmpty();
    }

    @Test
    void aBindingToAnotherRoleIsReplaced() {
        String path = RBAC + "/clusterrolebindings/system:discovery";
        ObjectValue before = first.get(path);
        first.delete(path, "{}");
        first.create(
                RBAC + "/clusterrolebindings",
                Json.text(before.with("roleRef", before.object("roleRef").with("name", "view"))
                        .with("metadata", ObjectValue.EMPTY.with("name", "system:discovery"))));

        assertThat(new TestServer(first.store).get(path).object("roleRef").string("name"))
                .isEqualTo("system:discovery");
    }
}
