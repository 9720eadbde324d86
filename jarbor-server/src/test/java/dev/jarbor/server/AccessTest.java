package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Credentials;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.User;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may do what, and how somebody proves who they are. */
class AccessTest {
    private static final String RBAC = "rbac.authorization.k8s.io/v1";
    private static final User BOB = User.of("bob", User.AUTHENTICATED);

    private final TestServer cluster = new TestServer();

    private Answer as(User user, Verb verb, String path, String json) {
        return cluster.server.handle(user, ApiRequest.of(verb, TestServer.path(path), Query.NONE, Json.object(json)));
    }

    private Optional<User> known(String token) {
        return cluster.server.authenticator().authenticate(Credentials.ofToken(token, List.of()))
                        instanceof Identity.Known(User user, List<String> ignored)
                ? Optional.of(user)
                : Optional.empty();
    }

    private void bind(String role, String user) {
        cluster.create(
                RBAC + "/namespaces/default/rolebindings",
                "{\"metadata\":{\"name\":\"" + user + "-" + role + "\"},"
                        + "\"roleRef\":{\"kind\":\"ClusterRole\",\"name\":\"" + role + "\"},"
                        + "\"subjects\":[{\"kind\":\"User\",\"name\":\"" + user + "\"}]}");
    }

    @Test
    void whoHoldsNoRoleIsRefusedInTheWordsOfTheReference() {
        assertThatThrownBy(() -> as(BOB, Verb.LIST, "v1/namespaces/default/pods", "{}"))
                .hasMessage("pods is forbidden: User \"bob\" cannot list resource \"pods\" in API group \"\" in the"
                        + " namespace \"default\"");
        assertThatThrownBy(() -> as(BOB, Verb.GET, "v1/nodes/n", "{}"))
                .hasMessage("nodes \"n\" is forbidden: User \"bob\" cannot get resource \"nodes\" in API group \"\" at"
                        + " the cluster scope");
    }

    @Test
    void aBindingInANamespaceAllowsWhatItsAggregatedRoleHolds() {
        bind("edit", "bob");

        as(BOB, Verb.LIST, "v1/namespaces/default/pods", "{}");
        as(BOB, Verb.CREATE, "v1/namespaces/default/configmaps", "{\"metadata\":{\"name\":\"a\"}}");
        assertThatThrownBy(() -> as(BOB, Verb.LIST, "v1/namespaces/kube-system/pods", "{}"))
                .hasMessageContaining("is forbidden");
        assertThat(cluster.server
                        .authorizer()
                        .decide(new Attributes(BOB, "list", "", "v1", "pods", "", "default", "", ""))
                        .reason())
                .isEqualTo("RBAC: allowed by RoleBinding \"bob-edit/default\" of ClusterRole \"edit\" to User \"bob\"");
    }

    @Test
    void everybodyMaySeeWhatIsServed() {
        assertThat(cluster.server
                        .authorizer()
                        .decide(Attributes.nonResource(BOB, "get", "/apis/apps/v1"))
                        .allowed())
                .isTrue();
        assertThat(cluster.server
                        .authorizer()
                        .decide(Attributes.nonResource(User.ANONYMOUS, "get", "/version"))
                        .allowed())
                .isTrue();
        assertThat(cluster.server
                        .authorizer()
                        .decide(Attributes.nonResource(User.ANONYMOUS, "get", "/apis"))
                        .allowed())
                .isFalse();
    }

    @Test
    void nobodyGivesAwayMoreThanTheyHold() {
        bind("admin", "bob");

        assertThatThrownBy(() -> as(
                        BOB,
                        Verb.CREATE,
                        RBAC + "/namespaces/default/roles",
                        "{\"metadata\":{\"name\":\"big\"},\"rules\":[{\"apiGroups\":[\"*\"],\"resources\":[\"*\"],"
                                + "\"verbs\":[\"*\"]}]}"))
                .hasMessage("roles.rbac.authorization.k8s.io \"big\" is forbidden: user \"bob\""
                        + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently"
                        + " held:\n{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}");
        as(
                BOB,
                Verb.CREATE,
                RBAC + "/namespaces/default/roles",
                "{\"metadata\":{\"name\":\"small\"},\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],"
                        + "\"verbs\":[\"get\"]}]}");
    }

    @Test
    void reviewsAnswerWhoAndWhether() {
        bind("view", "bob");
        ObjectValue allowed = as(
                        BOB,
                        Verb.CREATE,
                        "authorization.k8s.io/v1/selfsubjectaccessreviews",
                        "{\"spec\":{\"resourceAttributes\":{\"namespace\":\"default\",\"verb\":\"list\","
                                + "\"resource\":\"pods\"}}}")
                .body();
        assertThat(allowed.object("status").bool("allowed")).isTrue();
        ObjectValue who = as(BOB, Verb.CREATE, "authentication.k8s.io/v1/selfsubjectreviews", "{}")
                .body();
        assertThat(who.object("status").object("userInfo").string("username")).isEqualTo("bob");
        ObjectValue rules = as(
                        BOB,
                        Verb.CREATE,
                        "authorization.k8s.io/v1/selfsubjectrulesreviews",
                        "{\"spec\":{\"namespace\":\"default\"}}")
                .body();
        assertThat(rules.object("status").list("resourceRules").size()).isGreaterThan(3);
    }

    @Test
    void aTokenIsGoodUntilItExpiresOrItsAccountIsGone() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}");
        String accounts = "v1/namespaces/default/serviceaccounts/robot";
        ObjectValue answer = cluster.create(accounts + "/token", "{\"spec\":{\"expirationSeconds\":600}}");
        String token = answer.object("status").string("token");
        assertThat(answer.object("status").string("expirationTimestamp")).isEqualTo("2030-01-01T00:10:00Z");

        User robot = known(token).orElseThrow();
        assertThat(robot.name()).isEqualTo("system:serviceaccount:default:robot");
        assertThat(robot.groups()).contains("system:serviceaccounts", "system:serviceaccounts:default");
        assertThat(known(token + "x")).isEqualTo(Optional.empty());

        ObjectValue review =
                cluster.create("authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + token + "\"}}");
        assertThat(review.object("status").bool("authenticated")).isTrue();

        cluster.runtime.advance(Duration.ofMinutes(11).plusSeconds(1));
        assertThat(known(token)).isEqualTo(Optional.empty());

        String fresh =
                cluster.create(accounts + "/token", "{}").object("status").string("token");
        assertThat(known(fresh)).isNotEmpty();
        cluster.delete(accounts, "{}");
        assertThat(known(fresh)).isEqualTo(Optional.empty());
    }

    @Test
    void aTokenBoundToAPodEndsWithThePod() {
        cluster.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        cluster.create(
                "v1/namespaces/default/pods",
                "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"nginx\"}]}}");
        String token = cluster.create(
                        "v1/namespaces/default/serviceaccounts/default/token",
                        "{\"spec\":{\"boundObjectRef\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"name\":\"web\"}}}")
                .object("status")
                .string("token");
        assertThat(known(token).orElseThrow().extra()).containsKey("authentication.kubernetes.io/pod-name");

        cluster.delete("v1/namespaces/default/pods/web", "{}");
        assertThat(known(token)).isEqualTo(Optional.empty());
    }
}
