package dev.jarbor.server;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.auth.AuthenticationSettings;
import dev.jarbor.server.auth.ServiceAccountSettings;
import dev.jarbor.server.auth.Tokens;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code serviceaccounts/token}: issues a signed token for a service account, for a time, and bound to a pod, a secret or
 * a node where the request says so.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/">TokenRequest</a>
 */
final class TokenRequests implements SubresourceHandler {
    private static final GroupVersionKind KIND = new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");
    private static final long DEFAULT_SECONDS = 3600;
    private static final long LEAST_SECONDS = 600;
    private static final long MOST_SECONDS = 1L << 32;
    /** What nodes ask for in volumes that clients may read once and never again. */
    private static final long LATE_SECONDS = 3607;
    /** So long such a client may go on; its tokens say from when on that is late. */
    private static final long EXTENDED_SECONDS = 365L * 24 * 3600;

    private final Store store;
    private final Runtime runtime;
    private final Intake intake;
    private final Tokens tokens;
    private final ServiceAccountSettings settings;
    private final List<String> audiences;
    private final Admission admission;

    TokenRequests(
            Store store,
            Runtime runtime,
            Intake intake,
            Tokens tokens,
            AuthenticationSettings authentication,
            Admission admission) {
        this.store = store;
        this.runtime = runtime;
        this.intake = intake;
        this.tokens = tokens;
        this.settings = authentication.serviceAccounts();
        this.audiences = authentication.audiences();
        this.admission = admission;
    }

    @Override
    public Answer handle(Call call) {
        Snapshot now = store.snapshot();
        ObjectValue asked = intake.readAs(call, KIND, call.request().body());
        Review review = call.review(Operation.CREATE, call.key(), ObjectValue.EMPTY, asked, now);
        ObjectValue request = admission.mutate(review);
        ObjectValue account = now.get("serviceaccounts", call.key())
                .orElseThrow(() -> ApiException.notFound(call.resource().groupResource(), call.name()));
        ObjectValue spec = withDefaults(request.object("spec"));
        validate(call, spec);
        admission.validate(review.withObject(request.with("spec", spec)));
        Instant issued = runtime.now();
        long seconds = bounded(spec.integer("expirationSeconds"));
        boolean extended = seconds == LATE_SECONDS
                && settings.extended()
                && spec.object("boundObjectRef").string("kind").equals("Pod")
                && audiences.containsAll(spec.list("audiences").strings());
        Instant expires = issued.plusSeconds(seconds);
        Instant end = extended ? issued.plusSeconds(bounded(EXTENDED_SECONDS)) : expires;
        ObjectValue about =
                ObjectValue.EMPTY.with("namespace", call.namespace()).with("serviceaccount", reference(account));
        about = bound(call, now, spec.object("boundObjectRef"), about);
        if (extended) {
            about = about.with("warnafter", expires.getEpochSecond());
        }
        ObjectValue claims = ObjectValue.builder()
                .put("iss", settings.issuer())
                .put("sub", "system:serviceaccount:" + call.namespace() + ":" + call.name())
                .put("aud", spec.list("audiences"))
                .put("iat", issued.getEpochSecond())
                .put("nbf", issued.getEpochSecond())
                .put("exp", end.getEpochSecond())
                .put("jti", runtime.newUid())
                .put("kubernetes.io", about)
                .build();
        ObjectValue status = ObjectValue.EMPTY
                .with("expirationTimestamp", Fields.ofInstant(expires))
                .with("token", tokens.sign(claims));
        ObjectValue metadata = ObjectValue.EMPTY
                .with("name", call.name())
                .with("namespace", call.namespace())
                .with("creationTimestamp", Fields.ofInstant(issued));
        return new Answer(
                201,
                request.with("metadata", metadata).with("spec", spec).with("status", status),
                call.warnings().texts());
    }

    /** At most what the cluster's owner lets a token live. */
    private long bounded(long seconds) {
        return settings.longestLife().isZero()
                ? seconds
                : Math.min(seconds, settings.longestLife().toSeconds());
    }

    private ObjectValue withDefaults(ObjectValue spec) {
        ObjectValue filled =
                spec.list("audiences").isEmpty() ? spec.with("audiences", ListValue.ofStrings(audiences)) : spec;
        return filled.has("expirationSeconds") ? filled : filled.with("expirationSeconds", DEFAULT_SECONDS);
    }

    private static void validate(Call call, ObjectValue spec) {
        long seconds = spec.integer("expirationSeconds");
        FieldPath path = FieldPath.of("spec", "expirationSeconds");
        var errors = new ArrayList<FieldError>();
        if (seconds < LEAST_SECONDS) {
            errors.add(FieldError.invalid(path, seconds, "may not specify a duration less than 10 minutes"));
        }
        if (seconds > MOST_SECONDS) {
            errors.add(FieldError.invalid(path, seconds, "may not specify a duration larger than 2^32 seconds"));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind(KIND.group(), KIND.kind()), call.name(), errors);
        }
    }

    private static ObjectValue bound(Call call, Snapshot now, ObjectValue reference, ObjectValue claims) {
        if (reference.isEmpty()) {
            return claims;
        }
        String kind = reference.string("kind");
        ObjectValue object = switch (kind) {
            case "Pod" -> find(now, "pods", call.namespace(), reference);
            case "Secret" -> find(now, "secrets", call.namespace(), reference);
            case "Node" -> find(now, "nodes", "", reference);
            default ->
                throw ApiException.badRequest("cannot bind token for serviceaccount \"" + call.name()
                        + "\" to object reference of kind \"" + kind + "\"");
        };
        String used = object.object("spec").string("serviceAccountName");
        if (kind.equals("Pod") && !used.equals(call.name())) {
            throw ApiException.badRequest("cannot bind token for serviceaccount \"" + call.name()
                    + "\" to pod running with different serviceaccount name.");
        }
        ObjectValue with = claims.with(kind.toLowerCase(Locale.ROOT), reference(object));
        String node = object.object("spec").string("nodeName");
        if (!kind.equals("Pod") || node.isEmpty()) {
            return with;
        }
        // A node that is gone is still named, without a uid.
        return with.with(
                "node",
                now.get("nodes", ObjectKey.cluster(node))
                        .map(TokenRequests::reference)
                        .orElse(ObjectValue.EMPTY.with("name", node)));
    }

    private static ObjectValue find(Snapshot now, String storage, String namespace, ObjectValue reference) {
        var resource = new GroupResource("", storage);
        String name = reference.string("name");
        ObjectValue found = now.get(storage, new ObjectKey(namespace, name))
                .orElseThrow(() -> ApiException.notFound(resource, name));
        String uid = Metadata.of(found).string("uid");
        if (!reference.string("uid").isEmpty() && !reference.string("uid").equals(uid)) {
            throw ApiException.conflict(
                    resource,
                    name,
                    "the UID in the bound object reference (" + reference.string("uid")
                            + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        return found;
    }

    private static ObjectValue reference(ObjectValue object) {
        ObjectValue metadata = Metadata.of(object);
        return ObjectValue.EMPTY.with("name", metadata.string("name")).with("uid", metadata.string("uid"));
    }
}
