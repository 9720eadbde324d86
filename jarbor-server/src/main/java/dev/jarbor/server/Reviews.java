package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Credentials;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.auth.UserInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The resources that are questions: who is this, and may they? Nothing of them is stored. */
final class Reviews {
    private final Intake intake;
    private final Authenticator authenticator;
    private final Authorizer authorizer;

    Reviews(Intake intake, Authenticator authenticator, Authorizer authorizer) {
        this.intake = intake;
        this.authenticator = authenticator;
        this.authorizer = authorizer;
    }

    /** Answers the question that the call's body is; empty where the resource is none. */
    Optional<Answer> answer(Call call) {
        return switch (call.resource().kind().plural()) {
            case "tokenreviews" -> Optional.of(tokenReview(call, body(call)));
            case "subjectaccessreviews", "localsubjectaccessreviews" -> Optional.of(accessReview(call, body(call)));
            case "selfsubjectaccessreviews" -> Optional.of(selfAccessReview(call, body(call)));
            case "selfsubjectrulesreviews" -> Optional.of(rulesReview(call, body(call)));
            case "selfsubjectreviews" ->
                Optional.of(created(
                        call, body(call).with("status", ObjectValue.of("userInfo", UserInfo.of(call.user())))));
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
        Credentials shown = Credentials.ofToken(token, spec.list("audiences").strings());
        ObjectValue status = switch (authenticator.authenticate(shown)) {
            case Identity.Known(User user, List<String> audiences) ->
                ObjectValue.EMPTY
                        .with("authenticated", true)
                        .with("user", UserInfo.of(user))
                        .with("audiences", ListValue.ofStrings(audiences));
            case Identity.Refused(String reason) ->
                ObjectValue.EMPTY.with("user", ObjectValue.EMPTY).with("error", reason);
            case Identity.Unknown ignored -> ObjectValue.EMPTY.with("user", ObjectValue.EMPTY);
        };
        return created(call, review.with("status", status));
    }

    private Answer accessReview(Call call, ObjectValue review) {
        ObjectValue spec = review.object("spec");
        var errors = new ArrayList<>(AccessReviews.check(review, false));
        boolean local = call.resource().namespaced();
        String namespace = spec.object("resourceAttributes").string("namespace");
        strayMetadata(review, local).ifPresent(errors::add);
        if (local && spec.has("resourceAttributes") && !namespace.equals(call.namespace())) {
            errors.add(FieldError.invalid(
                    FieldPath.of("spec.resourceAttributes.namespace"), namespace, "must match metadata.namespace"));
        }
        if (local && spec.has("nonResourceAttributes")) {
            errors.add(FieldError.invalid(
                    FieldPath.of("spec.nonResourceAttributes"),
                    spec.valueOrNull("nonResourceAttributes"),
                    "disallowed on this kind of request"));
        }
        return decided(call, review, errors, UserInfo.ofReview(spec));
    }

    private Answer selfAccessReview(Call call, ObjectValue review) {
        var errors = new ArrayList<>(AccessReviews.check(review, true));
        strayMetadata(review, false).ifPresent(errors::add);
        return decided(call, review, errors, call.user());
    }

    /** Questions have no metadata: a caller that sends some means something else. */
    private static Optional<FieldError> strayMetadata(ObjectValue review, boolean namespaced) {
        ObjectValue metadata =
                review.object("metadata").without("managedFields").without("creationTimestamp");
        ObjectValue rest = namespaced ? metadata.without("namespace") : metadata;
        return rest.isEmpty()
                ? Optional.empty()
                : Optional.of(FieldError.invalid(
                        FieldPath.of("metadata"),
                        metadata,
                        namespaced ? "must be empty except for namespace" : "must be empty"));
    }

    private Answer decided(Call call, ObjectValue review, List<FieldError> errors, User user) {
        if (!errors.isEmpty()) {
            throw ApiException.invalid(call.resource().groupKind(), "", errors);
        }
        Authorizer.Decision decision = authorizer.decide(AccessReviews.attributes(review.object("spec"), user));
        ObjectValue status = ObjectValue.EMPTY.with("allowed", decision.allowed());
        if (decision.verdict() == Authorizer.Verdict.DENIED) {
            status = status.with("denied", true);
        }
        if (!decision.reason().isEmpty()) {
            status = status.with("reason", decision.reason());
        }
        if (!decision.error().isEmpty()) {
            status = status.with("evaluationError", decision.error());
        }
        return created(call, review.with("status", status));
    }

    private Answer rulesReview(Call call, ObjectValue review) {
        String namespace = review.object("spec").string("namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        var resources = new ArrayList<Value>();
        var paths = new ArrayList<Value>();
        Authorizer.Permissions permissions = authorizer.permissions(call.user(), namespace);
        for (Authorizer.Grant grant : permissions.grants()) {
            ObjectValue shown = ObjectValue.of("verbs", ListValue.ofStrings(grant.verbs()));
            if (grant.paths().isEmpty()) {
                ObjectValue resource = shown.with("apiGroups", ListValue.ofStrings(grant.groups()))
                        .with("resources", ListValue.ofStrings(grant.resources()));
                resources.add(
                        grant.names().isEmpty()
                                ? resource
                                : resource.with("resourceNames", ListValue.ofStrings(grant.names())));
            } else {
                paths.add(shown.with("nonResourceURLs", ListValue.ofStrings(grant.paths())));
            }
        }
        ObjectValue.Builder status = ObjectValue.builder()
                .put("resourceRules", ListValue.of(resources))
                .put("nonResourceRules", ListValue.of(paths))
                .put("incomplete", permissions.incomplete());
        if (!permissions.error().isEmpty()) {
            status.put("evaluationError", permissions.error());
        }
        return created(call, review.with("status", status.build()));
    }

    private static ApiException invalid(Call call, FieldError error) {
        return ApiException.invalid(call.resource().groupKind(), "", List.of(error));
    }
}
