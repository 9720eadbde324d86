package dev.jarbor.server;

import static dev.jarbor.server.ScaleForm.SCALE;

import dev.jarbor.api.Fields;
import dev.jarbor.api.apply.Applied;
import dev.jarbor.api.apply.Conflict;
import dev.jarbor.api.apply.FieldSet;
import dev.jarbor.api.apply.Owners;
import dev.jarbor.api.apply.Ownership;
import dev.jarbor.api.apply.ScaleOwners;
import dev.jarbor.api.apply.Shape;
import dev.jarbor.api.apply.ShapeCheck;
import dev.jarbor.api.apply.Versions;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.admission.Review;
import dev.jarbor.server.registry.CustomVersion.ScalePaths;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The step of every write that follows who owns which fields ({@code metadata.managedFields}): after the object was read
 * and defaulted, before admission and the strategy of its kind change it.
 */
final class FieldOwners {
    private static final String MANAGED = "managedFields";

    private final Registry registry;
    private final Runtime runtime;
    private final FieldShapes shapes;
    private final FieldsPool pool = new FieldsPool();

    FieldOwners(Registry registry, Runtime runtime) {
        this.registry = registry;
        this.runtime = runtime;
        this.shapes = new FieldShapes(registry.schemas());
    }

    /** {@code fresh}, in the stored version, which is about to be created, with what its creator owns. */
    ObjectValue created(Call call, ObjectValue fresh) {
        return updated(call, ObjectValue.EMPTY, fresh);
    }

    /** {@code fresh}, which is to replace {@code live}, with who owns what then; both in the stored version. */
    ObjectValue updated(Call call, ObjectValue live, ObjectValue fresh) {
        ServedResource resource = call.resource();
        Owners known = known(call, live, fresh);
        return pool.shared(after(call, shown(resource, live), shown(resource, fresh), known), Owners.stored(live))
                .on(fresh);
    }

    /** An update does not fail because an owner's version cannot be converted to: then everybody keeps what he had. */
    private Owners after(Call call, ObjectValue live, ObjectValue fresh, Owners known) {
        try {
            return ownership(call).afterUpdate(live, fresh, known, writer(call));
        } catch (ApiException inconvertible) {
            return Owners.stored(live);
        }
    }

    /**
     * What an apply of {@code patch} makes of {@code live}, with who owns what then, in the version of the call.
     *
     * @param live in the stored version; empty where there is none
     */
    ObjectValue applied(Call call, ObjectValue live, ObjectValue patch) {
        check(patch, call.resource().definition().groupVersionKind(), shapes.of(call.resource()));
        return applied(call, ownership(call), shown(call.resource(), live), Owners.stored(live), patch, writer(call));
    }

    private ObjectValue applied(
            Call call,
            Ownership ownership,
            ObjectValue live,
            Owners owners,
            ObjectValue patch,
            Ownership.Writer writer) {
        boolean force = call.query().bool("force");
        return switch (ownership.apply(live, patch, owners, writer, force)) {
            case Applied.Done(ObjectValue object, Owners after) ->
                pool.shared(after, owners).on(object);
            case Applied.Conflicting conflicting -> throw Conflict.refusal(conflicting.conflicts());
        };
    }

    /** Refuses what is no configuration of {@code kind}. */
    private static void check(ObjectValue patch, GroupVersionKind kind, Shape shape) {
        if (!patch.string("apiVersion").equals(kind.apiVersion())
                || !patch.string("kind").equals(kind.kind())) {
            throw ApiException.badRequest("invalid object type: " + goName(patch));
        }
        ObjectValue metadata = Metadata.of(patch);
        if (metadata.has(MANAGED)) {
            throw ApiException.badRequest("metadata.managedFields must be nil");
        }
        String faults = ShapeCheck.faults(patch, shape);
        if (!faults.isEmpty()) {
            throw ApiException.unknown("failed to create typed patch object (" + metadata.string("namespace") + "/"
                    + metadata.string("name") + "; " + goName(patch) + "): " + faults);
        }
    }

    /** As Go prints a group, version and kind: {@code apps/v1, Kind=Deployment}, {@code /v1, Kind=Pod}. */
    private static String goName(ObjectValue object) {
        String apiVersion = object.string("apiVersion");
        return (apiVersion.indexOf('/') < 0 ? "/" : "") + apiVersion + ", Kind=" + object.string("kind");
    }

    /** Who is said to own what before the write: what the client sends counts, if it is well-formed. */
    private static Owners known(Call call, ObjectValue live, ObjectValue fresh) {
        Owners stored = Owners.stored(live);
        ObjectValue metadata = Metadata.of(fresh);
        ListValue said = metadata.list(MANAGED);
        if (!call.subresource().isEmpty()
                || !metadata.has(MANAGED)
                || said.equals(Metadata.of(live).list(MANAGED))) {
            return stored;
        }
        boolean reset = said.isEmpty() || (said.size() == 1 && said.get(0).equals(ObjectValue.EMPTY));
        return reset ? Owners.NONE : Owners.read(said).orElse(stored);
    }

    /**
     * Who owns what of a workload, whose Scale a call changes.
     *
     * @param after with the owners of the Scale where it was applied
     */
    Owners scaled(Call call, ObjectValue workload, ObjectValue before, ObjectValue after) {
        ScaleOwners.Paths paths = replicas(call.resource());
        Owners known = Owners.stored(workload);
        boolean apply = call.verb() == Verb.PATCH && call.request().patchType() == PatchType.APPLY;
        Owners fresh = apply
                ? Owners.stored(after)
                : scaling()
                        .afterUpdate(
                                before,
                                Owners.NONE.on(after),
                                ScaleOwners.ofScale(known, SCALE.apiVersion(), paths),
                                writer(call, SCALE.apiVersion()));
        return pool.shared(
                ScaleOwners.ofWorkload(known, fresh, call.resource().kind().apiVersion(), paths), known);
    }

    /** The Scale that an apply of {@code patch} makes of {@code before}, with its owners. */
    ObjectValue appliedScale(Call call, ObjectValue workload, ObjectValue before, ObjectValue patch) {
        check(patch, SCALE, shapes.of(SCALE));
        Owners known = ScaleOwners.ofScale(Owners.stored(workload), SCALE.apiVersion(), replicas(call.resource()));
        return applied(call, scaling(), before, known, patch, writer(call, SCALE.apiVersion()));
    }

    private ScaleOwners.Paths replicas(ServedResource resource) {
        ScalePaths scale = ScaleForm.of(resource).paths();
        var versions = new ServedVersions(resource);
        return resource.custom().isCustom()
                ? version -> Optional.ofNullable(scale.ofVersions().get(version))
                : version -> versions.shape(version).map(served -> scale.specReplicas());
    }

    private Ownership scaling() {
        return new Ownership(Versions.alike(shapes.of(SCALE)), UnaryOperator.identity());
    }

    /** Admission may change who owns what, but not to what makes no sense. */
    static ObjectValue guarded(Review review, ObjectValue admitted) {
        ObjectValue before = Metadata.of(review.object());
        ListValue said = Metadata.of(admitted).list(MANAGED);
        if (said.equals(before.list(MANAGED))) {
            return admitted;
        }
        String fault = Owners.fault(said);
        if (fault.isEmpty()) {
            return admitted;
        }
        review.warnings()
                .add(".metadata.managedFields was in an invalid state after admission; this could be caused by an"
                        + " outdated mutating admission controller; please fix your requests: " + fault);
        return Metadata.owned(review.object(), admitted);
    }

    private static ObjectValue shown(ServedResource resource, ObjectValue object) {
        return object.isEmpty() ? object : resource.shown(object);
    }

    private Ownership.Writer writer(Call call) {
        return writer(call, call.resource().kind().apiVersion());
    }

    private Ownership.Writer writer(Call call, String apiVersion) {
        String now =
                Fields.ofInstant(runtime.now().truncatedTo(ChronoUnit.SECONDS)).toString();
        return new Ownership.Writer(call.manager(), apiVersion, call.subresource(), now);
    }

    private Ownership ownership(Call call) {
        UnaryOperator<FieldSet> reached = ResetFields.of(call.resource(), call.subresource());
        return new Ownership(new ServedVersions(call.resource()), reached);
    }

    /** The versions in which a resource is served. */
    private final class ServedVersions implements Versions {
        private final ServedResource resource;

        ServedVersions(ServedResource resource) {
            this.resource = resource;
        }

        @Override
        public Optional<Shape> shape(String apiVersion) {
            return served(apiVersion).map(shapes::of);
        }

        @Override
        public boolean mayChangeShape() {
            return !shapes.areBuiltIn(resource);
        }

        @Override
        public ObjectValue convert(ObjectValue object, String from, String to) {
            if (from.equals(to)) {
                return object;
            }
            ServedResource source = served(from).orElse(resource);
            ServedResource target = served(to).orElse(resource);
            return target.shown(source.toStored(object));
        }

        private Optional<ServedResource> served(String apiVersion) {
            if (apiVersion.equals(resource.kind().apiVersion())) {
                return Optional.of(resource);
            }
            int slash = apiVersion.indexOf('/');
            String group = slash < 0 ? "" : apiVersion.substring(0, slash);
            String version = apiVersion.substring(slash + 1);
            String plural = resource.kind().plural();
            return registry.known()
                    .find(group, version, plural)
                    .or(() -> registry.find(group, version, plural))
                    .filter(found -> found.storage().equals(resource.storage()));
        }
    }
}
