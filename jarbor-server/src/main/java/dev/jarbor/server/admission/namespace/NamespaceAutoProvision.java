package dev.jarbor.server.admission.namespace;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Review;
import dev.jarbor.store.Transaction;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Makes the namespace that an object is created in, where there is none, in the object's own transaction.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#namespaceautoprovision">NamespaceAutoProvision</a>
 */
public final class NamespaceAutoProvision implements Admission {
    private static final String NAMESPACES = "namespaces";

    private final Runtime runtime;

    public NamespaceAutoProvision(Runtime runtime) {
        this.runtime = runtime;
    }

    @Override
    public List<Transaction.Write> charge(Review review) {
        String name = review.key().namespace();
        boolean concerned = review.resource().namespaced() && review.operation() == Operation.CREATE;
        ObjectKey key = ObjectKey.cluster(name);
        if (!concerned || review.now().get(NAMESPACES, key).isPresent()) {
            return List.of();
        }
        return List.of(new Transaction.Put(NAMESPACES, key, namespace(name), Transaction.ABSENT));
    }

    private ObjectValue namespace(String name) {
        ObjectValue metadata = ObjectValue.EMPTY
                .with("name", name)
                .with("uid", runtime.newUid())
                .with("creationTimestamp", Fields.ofInstant(runtime.now().truncatedTo(ChronoUnit.SECONDS)))
                .with("labels", ObjectValue.EMPTY.with("kubernetes.io/metadata.name", name));
        return ObjectValue.EMPTY
                .with("apiVersion", "v1")
                .with("kind", "Namespace")
                .with("metadata", metadata)
                .with("spec", ObjectValue.of("finalizers", ListValue.ofStrings(List.of("kubernetes"))))
                .with("status", ObjectValue.EMPTY.with("phase", "Active"));
    }
}
