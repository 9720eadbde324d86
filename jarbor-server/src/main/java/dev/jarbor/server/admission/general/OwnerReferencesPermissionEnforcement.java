package dev.jarbor.server.admission.general;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.util.List;
import java.util.Optional;

/**
 * Owner references make objects go with their owners, and hold owners back: so only who may delete an object says what
 * owns it, and only who may write the owner's finalizers holds it back.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#ownerreferencespermissionenforcement">OwnerReferencesPermissionEnforcement</a>
 */
public final class OwnerReferencesPermissionEnforcement implements Admission {
    private final Authorizer authorizer;
    private final Registry registry;

    public OwnerReferencesPermissionEnforcement(Authorizer authorizer, Registry registry) {
        this.authorizer = authorizer;
        this.registry = registry;
    }

    @Override
    public void validate(Review review) {
        boolean write = review.operation() == Operation.CREATE || review.operation() == Operation.UPDATE;
        boolean podStatus =
                review.resource().is("", "pods") && review.subresource().equals("status");
        ListValue before = owners(review.before());
        ListValue after = owners(review.object());
        if (!write || podStatus || before.equals(after)) {
            return;
        }
        Authorizer.Decision mayDelete = authorizer.decide(new Attributes(
                review.user(),
                "delete",
                review.resource().kind().group(),
                review.resource().kind().version(),
                review.resource().kind().plural(),
                review.subresource(),
                review.key().namespace(),
                review.key().name(),
                ""));
        if (!mayDelete.allowed()) {
            throw Refusal.forbidden(
                    review, "cannot set an ownerRef on a resource you can't delete: " + mayDelete.reason() + ", <nil>");
        }
        after.objects().stream()
                .filter(owner -> owner.bool("blockOwnerDeletion") && !isBlocking(before, owner.string("uid")))
                .forEach(owner -> requireFinalizers(review, owner));
    }

    private static ListValue owners(ObjectValue object) {
        return object.object("metadata").list("ownerReferences");
    }

    private static boolean isBlocking(ListValue owners, String uid) {
        return owners.objects().stream()
                .anyMatch(owner -> owner.string("uid").equals(uid) && owner.bool("blockOwnerDeletion"));
    }

    private void requireFinalizers(Review review, ObjectValue owner) {
        List<String> parts = List.of(owner.string("apiVersion").split("/", 2));
        String group = parts.size() == 2 ? parts.get(0) : "";
        String version = parts.getLast();
        Optional<ServedResource> resource = registry.served().stream()
                .filter(served -> served.kind().group().equals(group)
                        && served.kind().version().equals(version)
                        && served.kind().name().equals(owner.string("kind"))
                        && served.isStored())
                .findFirst();
        if (resource.isEmpty()) {
            throw Refusal.forbidden(
                    review,
                    "cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion "
                            + owner.string("apiVersion") + " Kind " + owner.string("kind"));
        }
        Authorizer.Decision mayHold = authorizer.decide(new Attributes(
                review.user(),
                "update",
                group,
                version,
                resource.get().kind().plural(),
                "finalizers",
                resource.get().namespaced() ? review.key().namespace() : "",
                owner.string("name"),
                ""));
        if (!mayHold.allowed()) {
            throw Refusal.forbidden(
                    review,
                    "cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers"
                            + " on: " + mayHold.reason() + ", <nil>");
        }
    }
}
