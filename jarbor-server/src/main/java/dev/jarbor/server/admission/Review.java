package dev.jarbor.server.admission;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.SubresourceDefinition;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Snapshot;
import java.util.Optional;

/**
 * What admission looks at: a write, or a connection to a pod, service or node. What is {@link Asked} stays as it is from step
 * to step; what it makes of the object does not.
 *
 * <p>Objects are in the version in which they are stored, whatever version was asked for; {@link ServedResource#shown}
 * gives the latter. Subresources with a kind of their own (scale, eviction, binding, token, exec …) bring objects of
 * that kind, which have one version only.
 *
 * @param before the object as it is; empty for creations and connections
 * @param object the object as it is to be; empty for a deletion; the options of a connection
 * @param now the state that the decision is made on
 * @param reinvocation which round of mutating admission this is
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/">Admission control</a>
 */
public record Review(Asked asked, ObjectValue before, ObjectValue object, Snapshot now, Reinvocation reinvocation) {
    /**
     * Who asks for what.
     *
     * @param verb what the request asks, in the words of rules: {@code update} or {@code patch} for one operation
     * @param resource the main resource in the version asked for, whatever the subresource
     * @param subresource "" for the object itself
     * @param key of the object; the name is "" where it is still to be generated
     * @param options what the request said beside the object: CreateOptions, UpdateOptions or DeleteOptions of
     *     meta.k8s.io/v1; empty for a connection
     * @param warnings what the user should know
     * @param annotations what the audit log should
     */
    public record Asked(
            User user,
            String verb,
            Operation operation,
            ServedResource resource,
            String subresource,
            ObjectKey key,
            ObjectValue options,
            boolean dryRun,
            Warnings warnings,
            AuditAnnotations annotations) {}

    /** The first round. */
    public Review(Asked asked, ObjectValue before, ObjectValue object, Snapshot now) {
        this(asked, before, object, now, new Reinvocation());
    }

    public Review withObject(ObjectValue changed) {
        return with(before, changed);
    }

    public Review with(ObjectValue before, ObjectValue object) {
        return new Review(asked, before, object, now, reinvocation);
    }

    /** The same review in a later state of everything else. */
    public Review at(Snapshot later) {
        return new Review(asked, before, object, later, reinvocation);
    }

    Review with(Reinvocation rounds) {
        return new Review(asked, before, object, now, rounds);
    }

    public User user() {
        return asked.user();
    }

    /** See {@link Asked#verb}. */
    public String verb() {
        return asked.verb();
    }

    public Operation operation() {
        return asked.operation();
    }

    /** See {@link Asked#resource}. */
    public ServedResource resource() {
        return asked.resource();
    }

    public String subresource() {
        return asked.subresource();
    }

    public ObjectKey key() {
        return asked.key();
    }

    /** See {@link Asked#options}. */
    public ObjectValue options() {
        return asked.options();
    }

    public boolean dryRun() {
        return asked.dryRun();
    }

    public Warnings warnings() {
        return asked.warnings();
    }

    public AuditAnnotations annotations() {
        return asked.annotations();
    }

    /** The kind of what is reviewed, in the version asked for: the resource's, or that of its subresource. */
    public GroupVersionKind kind() {
        return resource()
                .definition()
                .subresource(subresource())
                .map(SubresourceDefinition::kind)
                .orElse(resource().definition().groupVersionKind());
    }

    /** Whether the objects are of the resource's own kind, so that they can be shown in its other versions. */
    public boolean isOfResourceKind() {
        return kind().equals(resource().definition().groupVersionKind());
    }

    /** The namespace that the request is in; a namespace counts as being in itself. */
    public String namespace() {
        return resource().is("", "namespaces") ? key().name() : key().namespace();
    }

    /** The Namespace object that the reviewed object is in; empty for cluster-wide resources. */
    public Optional<ObjectValue> namespaceObject() {
        return resource().namespaced() ? now.get("namespaces", ObjectKey.cluster(key().namespace())) : Optional.empty();
    }

    /** The object, or what it was before where there is none any more. */
    public ObjectValue subject() {
        return object.isEmpty() ? before : object;
    }

    /** Whether this creates an object of {@code plural} itself, not one of its subresources. */
    public boolean creates(String group, String plural) {
        return operation() == Operation.CREATE && isAbout(group, plural);
    }

    /** Whether this is about an object of {@code plural} itself, not one of its subresources. */
    public boolean isAbout(String group, String plural) {
        return subresource().isEmpty() && resource().is(group, plural);
    }
}
