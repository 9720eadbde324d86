package dev.jarbor.controllers.policies;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;

/** Says in the status of each ValidatingAdmissionPolicy what does not fit the types of what it matches. */
public final class PolicyStatusController implements ControlLoop {
    private final Api api;
    private final Informer<ValidatingAdmissionPolicy> policies;
    private final Informer<CustomResourceDefinition> definitions;
    private final Controller queue;

    public PolicyStatusController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.policies = informers.of(ValidatingAdmissionPolicy.KIND);
        this.definitions = informers.of(CustomResourceDefinition.KIND);
        this.queue =
                new Controller("validatingadmissionpolicy-status-controller", informers, runtime, 1, this::reconcile);
        policies.onChange(change -> queue.enqueue(change.object().key()));
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** Each generation of a policy is looked at once, with the types that there are then. */
    private Outcome reconcile(ObjectKey key) {
        Optional<ObjectValue> due = policies.get(key)
                .map(ValidatingAdmissionPolicy::value)
                .filter(policy -> policy.object("status").integer("observedGeneration") < generation(policy));
        if (due.isPresent()) {
            ListValue warnings = new TypeCheck(Schemas.builtIn(), definitions.list()).warnings(due.get());
            write(due.get(), warnings);
        }
        return Outcome.DONE;
    }

    private static long generation(ObjectValue policy) {
        return policy.object("metadata").integer("generation");
    }

    private void write(ObjectValue policy, ListValue warnings) {
        ObjectValue checked = warnings.isEmpty() ? ObjectValue.EMPTY : ObjectValue.of("expressionWarnings", warnings);
        ObjectValue status = policy.object("status")
                .with("observedGeneration", generation(policy))
                .with("typeChecking", checked);
        IfThere.write(() -> api.updateStatus(
                ValidatingAdmissionPolicy.KIND, ValidatingAdmissionPolicy.KIND.read(policy.with("status", status))));
    }
}
