package dev.jarbor.server.admission.pod;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Refusal;
import dev.jarbor.server.admission.Review;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives each new pod its service account, and each of its containers the account's token where nobody said otherwise.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#serviceaccount-admission-controller">ServiceAccount
 *     admission controller</a>
 */
public final class ServiceAccounts implements Admission {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";
    private static final List<String> TRUE = List.of("1", "t", "T", "true", "TRUE", "True");
    private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String VOLUME_PREFIX = "kube-api-access-";

    /** A token is asked for a little longer than an hour: this number tells servers who asked. */
    private static final int TOKEN_SECONDS = 3607;

    private final Runtime runtime;

    public ServiceAccounts(Runtime runtime) {
        this.runtime = runtime;
    }

    @Override
    public ObjectValue mutate(Review review) {
        if (!review.creates("", "pods")) {
            return review.object();
        }
        ObjectValue pod = review.object();
        if (isMirror(pod)) {
            validate(review);
            return pod;
        }
        ObjectValue spec = pod.object("spec");
        String name = spec.string("serviceAccountName").isEmpty() ? "default" : spec.string("serviceAccountName");
        ObjectValue account = account(review, name);
        spec = spec.with("serviceAccountName", name).with("serviceAccount", name);
        if (mounts(account, spec)) {
            spec = withToken(spec);
        }
        if (spec.list("imagePullSecrets").isEmpty()
                && !account.list("imagePullSecrets").isEmpty()) {
            spec = spec.with("imagePullSecrets", account.list("imagePullSecrets"));
        }
        ObjectValue changed = pod.with("spec", spec);
        validate(review.withObject(changed));
        return changed;
    }

    @Override
    public void validate(Review review) {
        boolean debugs = review.operation() == Operation.UPDATE
                && review.resource().is("", "pods")
                && review.subresource().equals("ephemeralcontainers");
        if (!debugs && !review.creates("", "pods")) {
            return;
        }
        ObjectValue pod = review.object();
        ObjectValue spec = pod.object("spec");
        if (isMirror(pod)) {
            requireNoIdentity(review, spec);
            return;
        }
        String name = spec.string("serviceAccountName");
        if (name.isEmpty()) {
            throw Refusal.forbidden(
                    review,
                    "no service account specified for pod " + review.key().namespace() + "/"
                            + pod.object("metadata").string("name"));
        }
        ObjectValue account = account(review, name);
        if (TRUE.contains(account.object("metadata").object("annotations").string(MOUNTABLE))) {
            String problem = new MountableSecrets(account).problem(spec, debugs);
            if (!problem.isEmpty()) {
                throw Refusal.forbidden(review, problem);
            }
        }
    }

    private static boolean isMirror(ObjectValue pod) {
        return pod.object("metadata").object("annotations").has(MIRROR);
    }

    /** A pod that a node made by itself has no identity in the cluster, and none of its secrets. */
    private static void requireNoIdentity(Review review, ObjectValue spec) {
        if (!spec.string("serviceAccountName").isEmpty()) {
            throw Refusal.forbidden(review, "a mirror pod may not reference service accounts");
        }
        if (PodReferences.hasSecrets(spec)) {
            throw Refusal.forbidden(review, "a mirror pod may not reference secrets");
        }
        if (PodReferences.projects(spec, "serviceAccountToken")) {
            throw Refusal.forbidden(review, "a mirror pod may not use ServiceAccountToken volume projections");
        }
    }

    private static ObjectValue account(Review review, String name) {
        String namespace = review.key().namespace();
        return review.now()
                .get("serviceaccounts", new ObjectKey(namespace, name))
                .orElseThrow(() -> Refusal.forbidden(
                        review,
                        "error looking up service account " + namespace + "/" + name + ": serviceaccount \"" + name
                                + "\" not found"));
    }

    /** The pod's word counts before the account's; where neither says anything, the token is mounted. */
    private static boolean mounts(ObjectValue account, ObjectValue spec) {
        String field = "automountServiceAccountToken";
        return spec.has(field) ? spec.bool(field) : !account.has(field) || account.bool(field);
    }

    private ObjectValue withToken(ObjectValue spec) {
        String volume = existing(spec);
        boolean present = !volume.isEmpty();
        if (!present) {
            volume = VOLUME_PREFIX + runtime.newSuffix(5);
        }
        ObjectValue mounted = mounted(mounted(spec, "initContainers", volume), "containers", volume);
        if (present || mounted.equals(spec)) {
            return mounted;
        }
        return mounted.with("volumes", spec.list("volumes").with(volume(volume)));
    }

    /** The token volume that somebody (a copied pod) brought along. */
    private static String existing(ObjectValue spec) {
        return spec.list("volumes").objects().stream()
                .map(volume -> volume.string("name"))
                .filter(name -> name.startsWith(VOLUME_PREFIX))
                .findFirst()
                .orElse("");
    }

    private static ObjectValue mounted(ObjectValue spec, String list, String volume) {
        List<ObjectValue> containers = spec.list(list).objects();
        if (containers.isEmpty()) {
            return spec;
        }
        ObjectValue mount =
                ObjectValue.EMPTY.with("name", volume).with("readOnly", true).with("mountPath", MOUNT_PATH);
        var changed = new ArrayList<Value>();
        for (ObjectValue container : containers) {
            boolean taken = container.list("volumeMounts").objects().stream()
                    .anyMatch(other -> other.string("mountPath").equals(MOUNT_PATH));
            changed.add(
                    taken
                            ? container
                            : container.with(
                                    "volumeMounts",
                                    container.list("volumeMounts").with(mount)));
        }
        return spec.with(list, ListValue.of(changed));
    }

    private static ObjectValue volume(String name) {
        ObjectValue token = ObjectValue.of(
                "serviceAccountToken",
                ObjectValue.EMPTY.with("expirationSeconds", TOKEN_SECONDS).with("path", "token"));
        ObjectValue certificate = ObjectValue.EMPTY.with("key", "ca.crt").with("path", "ca.crt");
        ObjectValue authority = ObjectValue.of(
                "configMap",
                ObjectValue.EMPTY.with("name", "kube-root-ca.crt").with("items", ListValue.of(certificate)));
        ObjectValue field = ObjectValue.EMPTY.with("apiVersion", "v1").with("fieldPath", "metadata.namespace");
        ObjectValue file = ObjectValue.EMPTY.with("path", "namespace").with("fieldRef", field);
        ObjectValue namespace = ObjectValue.of("downwardAPI", ObjectValue.of("items", ListValue.of(file)));
        ObjectValue projected = ObjectValue.EMPTY
                .with("sources", ListValue.of(token, authority, namespace))
                .with("defaultMode", 0644);
        return ObjectValue.EMPTY.with("name", name).with("projected", projected);
    }
}
