package dev.jarbor.server.auth.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.select.FieldSelector;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.TokenAuthenticator;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tokens and permissions that another service decides on. */
class WebhookAccessTest {
    private static final List<String> OWN = List.of("https://cluster");
    private static final Duration LONG = Duration.ofMinutes(5);

    private final LiveRuntime runtime = new LiveRuntime();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static ObjectValue reviewed(ObjectValue spec) {
        return switch (spec.string("token")) {
            case "good" -> Json.object("""
                    {"authenticated":true,"user":{"username":"ann","uid":"7","groups":["ops"],"extra":{"a":["b"]}}}
                    """);
            case "broken" -> Json.object("{\"error\":\"no such session\"}");
            default -> Json.object("{\"authenticated\":false}");
        };
    }

    @Test
    void aTokenIsReviewedByTheServiceAndTheAnswerHoldsForAWhile() {
        try (var service = new ReviewService(WebhookAccessTest::reviewed)) {
            TokenAuthenticator tokens =
                    new TokenWebhook(service.config(), "v1", LONG, OWN).open(new MemoryStore(), runtime);

            Identity ann = tokens.authenticate("good", OWN);
            tokens.authenticate("good", OWN);

            assertThat(ann).isInstanceOfSatisfying(Identity.Known.class, known -> {
                assertThat(known.user().name()).isEqualTo("ann");
                assertThat(known.user().groups()).containsExactly("ops");
                assertThat(known.user().extra()).containsEntry("a", List.of("b"));
                assertThat(known.audiences()).isEqualTo(OWN);
            });
            assertThat(service.asked).hasSize(1);
            assertThat(service.asked.getFirst().string("apiVersion")).isEqualTo("authentication.k8s.io/v1");
            assertThat(service.asked.getFirst().object("spec").list("audiences").strings())
                    .isEqualTo(OWN);
            assertThat(tokens.authenticate("broken", OWN)).isEqualTo(new Identity.Refused("no such session"));
            assertThat(tokens.authenticate("other", OWN)).isEqualTo(Identity.UNKNOWN);
        }
    }

    @Test
    void aServiceThatCannotBeReachedRefuses() {
        TokenAuthenticator tokens = new TokenWebhook(
                        ClientConfig.of(URI.create("http://127.0.0.1:1/review")), "v1", LONG, OWN)
                .open(new MemoryStore(), runtime);

        assertThat(tokens.authenticate("good", OWN)).isInstanceOf(Identity.Refused.class);
    }

    private static Attributes asked(String user, String verb) {
        return new Attributes(
                        User.of(user, User.AUTHENTICATED),
                        verb,
                        "apps",
                        "v1",
                        "deployments",
                        "scale",
                        "shop",
                        "web",
                        "")
                .selecting(List.of(new FieldSelector.Term("metadata.name", false, "web")), List.of());
    }

    private static AuthorizationWebhook webhook(
            ClientConfig endpoint, Authorizer.Verdict onFailure, String version, String... conditions) {
        return new AuthorizationWebhook(
                endpoint,
                LONG,
                version,
                LONG,
                LONG,
                onFailure,
                Arrays.stream(conditions).map(ReviewCondition::of).toList());
    }

    @Test
    void aPermissionIsReviewedByTheServiceAndTheAnswerHoldsForAWhile() {
        try (var service = new ReviewService(spec -> switch (spec.string("user")) {
            case "ann" -> Json.object("{\"allowed\":true,\"reason\":\"she may\"}");
            case "bob" -> Json.object("{\"allowed\":false,\"denied\":true,\"reason\":\"never\"}");
            default -> Json.object("{\"allowed\":false}");
        })) {
            Authorizer authorizer = webhook(service.config(), Authorizer.Verdict.NO_OPINION, "v1")
                    .open(new MemoryStore(), runtime);

            assertThat(authorizer.decide(asked("ann", "patch"))).isEqualTo(Authorizer.Decision.allow("she may"));
            assertThat(authorizer.decide(asked("ann", "patch")).allowed()).isTrue();
            assertThat(service.asked).hasSize(1);
            assertThat(authorizer.decide(asked("bob", "patch"))).isEqualTo(Authorizer.Decision.deny("never"));
            assertThat(authorizer.decide(asked("eve", "patch"))).isEqualTo(Authorizer.Decision.NO_OPINION);
            assertThat(service.asked.getFirst().object("spec")).isEqualTo(Json.object("""
                    {"groups":["system:authenticated"],"user":"ann","resourceAttributes":{"namespace":"shop",
                      "verb":"patch","group":"apps","version":"v1","resource":"deployments","subresource":"scale",
                      "name":"web","fieldSelector":{"requirements":[
                        {"key":"metadata.name","operator":"In","values":["web"]}]}}}
                    """));
            assertThat(authorizer.permissions(User.of("ann"), "shop").incomplete())
                    .isTrue();
        }
    }

    @Test
    void withoutAnAnswerTheOwnersChoiceHolds() {
        var nowhere = ClientConfig.of(URI.create("http://127.0.0.1:1/review"));
        for (Authorizer.Verdict choice : List.of(Authorizer.Verdict.NO_OPINION, Authorizer.Verdict.DENIED)) {
            Authorizer.Decision decision = webhook(nowhere, choice, "v1")
                    .open(new MemoryStore(), runtime)
                    .decide(asked("ann", "get"));

            assertThat(decision.verdict()).isEqualTo(choice);
            assertThat(decision.error()).contains("cannot be asked");
        }
    }

    @Test
    void onlyWhatMeetsAllConditionsIsAsked() {
        try (var service = new ReviewService(spec -> Json.object("{\"allowed\":true}"))) {
            Authorizer authorizer = webhook(
                            service.config(),
                            Authorizer.Verdict.DENIED,
                            "v1beta1",
                            "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'shop'",
                            "!('system:nodes' in request.groups)",
                            "request.resourceAttributes.fieldSelector.requirements[0].values[0] == 'web'"
                                    + " || request.user == 'broken'")
                    .open(new MemoryStore(), runtime);

            assertThat(authorizer.decide(asked("ann", "get")).allowed()).isTrue();
            assertThat(authorizer.decide(Attributes.nonResource(User.of("ann", "g"), "get", "/metrics")))
                    .isEqualTo(Authorizer.Decision.NO_OPINION);
            Authorizer.Decision broken =
                    authorizer.decide(new Attributes(User.of("ann", "g"), "get", "", "v1", "pods", "", "shop", "", ""));
            assertThat(broken.verdict()).isEqualTo(Authorizer.Verdict.DENIED);
            assertThat(broken.error()).startsWith("cel evaluation error: expression 'request.resourceAttributes.field");
            assertThat(service.asked).hasSize(1);
            assertThat(service.asked.getFirst().string("apiVersion")).isEqualTo("authorization.k8s.io/v1beta1");
            assertThat(service.asked.getFirst().object("spec").list("group").strings())
                    .containsExactly(User.AUTHENTICATED);
        }
    }
}
