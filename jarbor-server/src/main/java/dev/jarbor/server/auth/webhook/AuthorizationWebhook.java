package dev.jarbor.server.auth.webhook;

import dev.jarbor.api.select.Operator;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.UserInfo;
import dev.jarbor.store.Store;
import java.time.Duration;
import java.util.List;

/**
 * Asks another service what somebody may do: it is sent a SubjectAccessReview for each question, and its answers hold for
 * a while.
 *
 * @param endpoint where it is
 * @param timeout how long to wait for an answer
 * @param version of SubjectAccessReview: {@code v1} or {@code v1beta1}
 * @param allowedHolds how long an answer holds that allows; zero for not at all
 * @param otherHolds how long one does that does not
 * @param onFailure the decision where there is no answer
 * @param conditions which must all hold of a question for it to be asked
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/webhook/">Webhook mode</a>
 */
public record AuthorizationWebhook(
        ClientConfig endpoint,
        Duration timeout,
        String version,
        Duration allowedHolds,
        Duration otherHolds,
        Authorizer.Verdict onFailure,
        List<ReviewCondition> conditions)
        implements AuthorizerSource {
    /** How long to wait where nothing is said of it. */
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final int MOST_REMEMBERED = 8192;
    /** Longer questions are not remembered. */
    private static final int LONGEST_REMEMBERED = 10_000;

    public AuthorizationWebhook {
        conditions = List.copyOf(conditions);
    }

    @Override
    public Authorizer open(Store store, Runtime runtime) {
        return new Asking(
                this, new ReviewEndpoint(endpoint, timeout, runtime), new BoundedMemory<>(MOST_REMEMBERED, runtime));
    }

    private record Asking(
            AuthorizationWebhook settings,
            ReviewEndpoint service,
            BoundedMemory<ObjectValue, Authorizer.Decision> answers)
            implements Authorizer {
        @Override
        public Decision decide(Attributes asked) {
            ObjectValue spec = spec(asked);
            return switch (ReviewCondition.all(settings.conditions(), spec)) {
                case ReviewCondition.Outcome.Failed(String why) -> new Decision(settings.onFailure(), "", why);
                case ReviewCondition.Outcome.Holds(boolean holds) ->
                    holds ? answers.get(spec).orElseGet(() -> ask(spec)) : Decision.NO_OPINION;
            };
        }

        private Decision ask(ObjectValue spec) {
            ObjectValue review = ObjectValue.EMPTY
                    .with("apiVersion", "authorization.k8s.io/" + settings.version())
                    .with("kind", "SubjectAccessReview")
                    .with("spec", settings.version().equals("v1") ? spec : spelledOld(spec));
            try {
                Decision answer = read(service.post(review).object("status"));
                if (spec.toString().length() <= LONGEST_REMEMBERED) {
                    answers.put(spec, answer, answer.allowed() ? settings.allowedHolds() : settings.otherHolds());
                }
                return answer;
            } catch (ReviewEndpoint.FailedReview failure) {
                return new Decision(settings.onFailure(), "", failure.reason());
            }
        }

        private Decision read(ObjectValue status) {
            boolean allowed = status.bool("allowed");
            boolean denied = status.bool("denied");
            if (allowed && denied) {
                return new Decision(
                        Verdict.DENIED, "", "webhook subject access review returned both allow and deny response");
            }
            String reason = status.string("reason");
            return allowed ? Decision.allow(reason) : denied ? Decision.deny(reason) : Decision.noOpinion(reason);
        }

        @Override
        public Permissions permissions(User user, String namespace) {
            return Permissions.unlisted("webhook authorizer does not support user rule resolution");
        }
    }

    /** Groups have another name in {@code v1beta1}. */
    private static ObjectValue spelledOld(ObjectValue spec) {
        return spec.has("groups") ? spec.without("groups").with("group", spec.list("groups")) : spec;
    }

    static ObjectValue spec(Attributes asked) {
        ObjectValue user = UserInfo.of(asked.user());
        ObjectValue spec = user.without("username").with("user", asked.user().name());
        if (!asked.isResourceRequest()) {
            return spec.with(
                    "nonResourceAttributes",
                    ObjectValue.EMPTY.with("path", asked.path()).with("verb", asked.verb()));
        }
        ObjectValue resource = ObjectValue.EMPTY;
        for (List<String> field : List.of(
                List.of("namespace", asked.namespace()),
                List.of("verb", asked.verb()),
                List.of("group", asked.group()),
                List.of("version", asked.version()),
                List.of("resource", asked.resource()),
                List.of("subresource", asked.subresource()),
                List.of("name", asked.name()))) {
            if (!field.get(1).isEmpty()) {
                resource = resource.with(field.get(0), field.get(1));
            }
        }
        if (!asked.fields().isEmpty()) {
            List<Value> terms = asked.fields().stream()
                    .map(term -> term(term.field(), term.negated() ? "NotIn" : "In", List.of(term.value())))
                    .toList();
            resource = resource.with("fieldSelector", ObjectValue.of("requirements", ListValue.of(terms)));
        }
        List<Value> labels = asked.labels().stream()
                .filter(one -> !operator(one.operator()).isEmpty())
                .map(one -> term(one.key(), operator(one.operator()), one.values()))
                .toList();
        if (!labels.isEmpty()) {
            resource = resource.with("labelSelector", ObjectValue.of("requirements", ListValue.of(labels)));
        }
        return spec.with("resourceAttributes", resource);
    }

    private static Value term(String key, String operator, List<String> values) {
        ObjectValue term = ObjectValue.EMPTY.with("key", key).with("operator", operator);
        return values.isEmpty() ? term : term.with("values", ListValue.ofStrings(values));
    }

    /** Orders have no word in reviews: leaving them out widens the question. */
    private static String operator(Operator operator) {
        return switch (operator) {
            case IN, EQUALS, DOUBLE_EQUALS -> "In";
            case NOT_IN, NOT_EQUALS -> "NotIn";
            case EXISTS -> "Exists";
            case DOES_NOT_EXIST -> "DoesNotExist";
            case GREATER_THAN, LESS_THAN -> "";
        };
    }
}
