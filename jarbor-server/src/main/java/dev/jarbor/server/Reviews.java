package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.rbac.RbacAuthorizer;
import dev.jarbor.server.rbac.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The resources that are questions: who is this, and may they? Nothing of them is stored. */
final class Reviews {
    private final Intake intake;
    private final Authenticator authenticator;
    private final RbacAuthorizer authorizer;

    Reviews(Intake intake, Authenticator authenticator, RbacAuthorizer authorizer) {
        this.intake = intake;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
    }

    /** Answers the question that the call's body is; empty where the resource is none. */
    Optional<Answer> answer(Call call) {
        return switch (call.resource().kind().plural()) {
            case "tokenreviews" -> Optional.of(tokenReview(call, body(call)));
            case "subjectaccessreviews", "localsubjectaccessreviews" -> Optional.of(accessReview(call, body(call)));
            case "selfsubjectaccessreviews" -> Optional.of(decided(call, body(call), call.user()));
            case "selfsubjectrulesreviews" -> Optional.of(rulesReview(call, body(call)));
            case "selfsubjectreviews" ->
                Optional.of(created(
                        call, body(call).with("status", ObjectValue.of("userInfo", userInfo(call.user())))));
            default -> Optional.empty();
        };
    }

    private ObjectValue body(Call call) {
        return intake.readAs(
                        call,
                        call.resource().definition().groupVersionKind(),
                        call.request().body())
                .without("status");
    }

    private static Answer created(Call call, ObjectValue review) {
        return new Answer(
                201,
                review.update("metadata", metadata -> metadata.without("creationTimestamp")),
                call.warnings().texts());
    }

    private Answer tokenReview(Call call, ObjectValue review) {
        ObjectValue spec = review.object("spec");
        String token = spec.string("token");
        if (token.isEmpty()) {
            throw invalid(
                    call,
                    FieldError.required(
                            FieldPath.of("spec", "token"), "token is required for TokenReview in authentication"));
        }
        List<String> audiences = spec.list("audiences").strings();
        Optional<User> user = audiences.isEmpty() ? authenticator.token(token) : authenticator.token(token, audiences);
        ObjectValue status = user.map(found -> {
                    ObjectValue known =
                            ObjectValue.EMPTY.with("authenticated", true).with("user", userInfo(found));
                    return audiences.isEmpty() ? known : known.with("audiences", spec.list("audiences"));
                })
                .orElse(ObjectValue.EMPTY.with("error", "[invalid bearer token, token lookup failed]"));
        return created(call, review.with("status", status));
    }

    private Answer accessReview(Call call, ObjectValue review) {
        ObjectValue spec = review.object("spec");
        if (spec.string("user").isEmpty() && spec.list("groups").isEmpty()) {
            throw invalid(
                    call,
                    FieldError.required(
                            FieldPath.of("spec", "user"), "at least one of user or group must be specified"));
        }
        String namespace = spec.object("resourceAttributes").string("namespace");
        boolean local = call.resource().namespaced();
        if (local && !namespace.equals(call.namespace())) {
            throw invalid(
                    call,
                    FieldError.invalid(
                            FieldPath.of("spec", "resourceAttributes", "namespace"),
                            namespace,
                            "must match metadata.namespace"));
        }
        var extra = new TreeMap<String, List<String>>();
        ObjectValue said = spec.object("extra");
        for (int i = 0; i < said.size(); i++) {
            extra.put(said.name(i), said.list(said.name(i)).strings());
        }
        return decided(
                call,
                review,
                new User(
                        spec.string("user"),
                        spec.string("uid"),
                        spec.list("groups").strings(),
                        extra));
    }

    private Answer decided(Call call, ObjectValue review, User user) {
        ObjectValue spec = review.object("spec");
        boolean resource = spec.has("resourceAttributes");
        if (resource == spec.has("nonResourceAttributes")) {
            throw invalid(
                    call,
                    FieldError.invalid(
                            FieldPath.of("spec", "resourceAttributes"),
                            spec.valueOrNull("nonResourceAttributes"),
                            resource
                                    ? "cannot be specified in combination with nonResourceAttributes"
                                    : "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        ObjectValue asked = spec.object(resource ? "resourceAttributes" : "nonResourceAttributes");
        Attributes attributes = resource
                ? new Attributes(
                        user,
                        asked.string("verb"),
                        asked.string("group"),
                        asked.string("version"),
                        asked.string("resource"),
                        asked.string("subresource"),
                        asked.string("namespace"),
                        asked.string("name"),
                        "")
                : Attributes.nonResource(user, asked.string("verb"), asked.string("path"));
        Authorizer.Decision decision = authorizer.decide(attributes);
        ObjectValue status = ObjectValue.EMPTY.with("allowed", decision.allowed());
        return created(
                call,
                review.with("status", decision.reason().isEmpty() ? status : status.with("reason", decision.reason())));
    }

    private Answer rulesReview(Call call, ObjectValue review) {
        String namespace = review.object("spec").string("namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        var resources = new ArrayList<Value>();
        var paths = new ArrayList<Value>();
        for (Rule rule : authorizer.rulesOf(call.user(), namespace)) {
            ObjectValue shown = ObjectValue.of("verbs", ListValue.ofStrings(rule.verbs()));
            if (!rule.resources().isEmpty()) {
                ObjectValue resource = shown.with("apiGroups", ListValue.ofStrings(rule.groups()))
                        .with("resources", ListValue.ofStrings(rule.resources()));
                resources.add(
                        rule.names().isEmpty()
                                ? resource
                                : resource.with("resourceNames", ListValue.ofStrings(rule.names())));
            }
            if (!rule.urls().isEmpty()) {
                paths.add(shown.with("nonResourceURLs", ListValue.ofStrings(rule.urls())));
            }
        }
        ObjectValue status = ObjectValue.builder()
                .put("resourceRules", ListValue.of(resources))
                .put("nonResourceRules", ListValue.of(paths))
                .put("incomplete", false)
                .build();
        return created(call, review.with("status", status));
    }

    private static ObjectValue userInfo(User user) {
        ObjectValue info =
                ObjectValue.EMPTY.with("username", user.name()).with("groups", ListValue.ofStrings(user.groups()));
        if (!user.uid().isEmpty()) {
            info = info.with("uid", user.uid());
        }
        var extra = ObjectValue.builder();
        for (Map.Entry<String, List<String>> entry : user.extra().entrySet()) {
            extra.put(entry.getKey(), ListValue.ofStrings(entry.getValue()));
        }
        return user.extra().isEmpty() ? info : info.with("extra", extra.build());
    }

    private static ApiException invalid(Call call, FieldError error) {
        return ApiException.invalid(call.resource().groupKind(), "", List.of(error));
    }
}
