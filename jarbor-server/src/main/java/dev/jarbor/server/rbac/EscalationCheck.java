package dev.jarbor.server.rbac;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Nobody gives away more than they hold: whoever writes a role or binds one must hold its rules, or the verb {@code
 * escalate} or {@code bind} on it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping">Privilege
 *     escalation prevention</a>
 */
public final class EscalationCheck implements Admission {
    private final Authorizer authorizer;
    private final RbacAuthorizer rules;

    /**
     * @param authorizer decides who may escalate and bind
     * @param rules knows what everybody holds
     */
    public EscalationCheck(Authorizer authorizer, RbacAuthorizer rules) {
        this.authorizer = authorizer;
        this.rules = rules;
    }

    @Override
    public void validate(Review review) {
        boolean ours = review.resource().kind().group().equals(RbacIndex.GROUP);
        if (!ours
                || review.operation() == Operation.DELETE
                || review.user().groups().contains(User.MASTERS)) {
            return;
        }
        switch (review.resource().kind().plural()) {
            case "roles", "clusterroles" -> {
                boolean same =
                        review.before().list("rules").equals(review.object().list("rules"))
                                && review.before()
                                        .object("aggregationRule")
                                        .equals(review.object().object("aggregationRule"));
                if (!same
                        && !may(
                                review,
                                "escalate",
                                review.resource().kind().plural(),
                                review.operation() == Operation.CREATE
                                        ? ""
                                        : review.key().name())) {
                    require(review, RbacIndex.rules(review.now(), review.object()));
                }
            }
            case "rolebindings", "clusterrolebindings" -> {
                ObjectValue reference = review.object().object("roleRef");
                String plural = reference.string("kind").equals("Role") ? "roles" : "clusterroles";
                boolean same = review.before().object("roleRef").equals(reference)
                        && review.before()
                                .list("subjects")
                                .equals(review.object().list("subjects"));
                if (!same && !may(review, "bind", plural, reference.string("name"))) {
                    Optional<ObjectValue> role =
                            RbacIndex.role(review.now(), review.key().namespace(), reference);
                    if (role.isEmpty()) {
                        throw ApiException.notFound(
                                new GroupResource(RbacIndex.GROUP, plural), reference.string("name"));
                    }
                    require(review, RbacIndex.rules(review.now(), role.get()));
                }
            }
            default -> {}
        }
    }

    private boolean may(Review review, String verb, String plural, String name) {
        return authorizer
                .decide(new Attributes(
                        review.user(),
                        verb,
                        RbacIndex.GROUP,
                        "*",
                        plural,
                        "",
                        review.key().namespace(),
                        name,
                        ""))
                .allowed();
    }

    private void require(Review review, List<Rule> rules) {
        User user = review.user();
        this.rules.missing(user, review.key().namespace(), rules).ifPresent(missing -> {
            String groups = user.groups().stream().map(GoText::quote).collect(Collectors.joining(" "));
            throw ApiException.forbidden(
                    review.resource().groupResource(),
                    review.key().name(),
                    "user " + GoText.quote(user.name()) + " (groups=[" + groups
                            + "]) is attempting to grant RBAC permissions not currently held:\n" + missing);
        });
    }
}
