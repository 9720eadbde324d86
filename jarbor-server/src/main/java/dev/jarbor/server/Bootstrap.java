package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.flow.BootstrapFlows;
import dev.jarbor.server.flow.FlowUpkeep;
import dev.jarbor.server.kinds.ServiceRange;
import dev.jarbor.server.rbac.BootstrapRoles;
import dev.jarbor.server.rbac.Reconciliation;
import dev.jarbor.server.registry.Allocator;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Commit;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Transaction;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes, in one transaction, the objects that a cluster has from the first start. What is there already stays as it is,
 * except that roles and bindings get back what they lack: a restart takes away nothing that an owner gave.
 */
final class Bootstrap {
    /** Whose the first objects' fields are. */
    private static final String MANAGER = "kube-apiserver";

    /** How often others may be faster. */
    private static final int MOST_ATTEMPTS = 100;
    /** Writes in one transaction; etcd takes 128. */
    private static final int AT_ONCE = 100;

    private final Store store;
    private final Runtime runtime;
    private final Registry registry;
    private final NetworkSettings settings;
    private final Allocator services;
    private final List<ObjectValue> apiServices;
    private final FieldOwners owners;

    /** @param apiServices of what this server serves itself */
    Bootstrap(
            Store store,
            Runtime runtime,
            Registry registry,
            NetworkSettings settings,
            Allocator services,
            List<ObjectValue> apiServices,
            FieldOwners owners) {
        this.store = store;
        this.runtime = runtime;
        this.registry = registry;
        this.settings = settings;
        this.services = services;
        this.apiServices = List.copyOf(apiServices);
        this.owners = owners;
    }

    /** Writes the objects that are not there yet. */
    void run() {
        var kinds = new HashMap<GroupVersionKind, ServedResource>();
        registry.known()
                .served()
                .forEach(resource -> kinds.put(resource.definition().groupVersionKind(), resource));
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            // Another server on the same store may be starting too: what it was first with is left to it.
            if (makeMissing(kinds, store.current())) {
                return;
            }
        }
        throw new IllegalStateException("what a cluster has from the first start changes all the time");
    }

    /** Whether everything is there now. */
    private boolean makeMissing(Map<GroupVersionKind, ServedResource> kinds, Snapshot now) {
        var writes = new ArrayList<Transaction.Write>();
        var counts = new ArrayList<Runnable>();
        for (ObjectValue object : objects()) {
            ServedResource resource = resource(kinds, object);
            ObjectKey key = Metadata.key(object);
            Optional<ObjectValue> existing = now.get(resource.storage(), key);
            if (existing.isPresent()) {
                reconciled(resource, existing.get(), object)
                        .map(next ->
                                new Transaction.Put(resource.storage(), key, next, Metadata.revision(existing.get())))
                        .ifPresent(writes::add);
            } else {
                ObjectValue born = born(resource, object);
                if (resource.is("", "services")) {
                    Allocator.Allocated given = services.onCreate(born, now);
                    writes.addAll(given.writes());
                    counts.add(given.count());
                    born = given.object();
                }
                writes.add(new Transaction.Put(resource.storage(), key, born, Transaction.ABSENT));
                if (writes.size() >= AT_ONCE) {
                    if (!isWritten(writes, counts)) {
                        return false;
                    }
                    writes.clear();
                    counts.clear();
                }
            }
        }
        return writes.isEmpty() || isWritten(writes, counts);
    }

    private boolean isWritten(List<Transaction.Write> writes, List<Runnable> counts) {
        boolean written = store.commit(new Transaction(writes)) instanceof Commit.Done;
        if (written) {
            counts.forEach(Runnable::run);
        }
        return written;
    }

    /** What becomes of an object that is there already; empty where it stays. */
    private Optional<ObjectValue> reconciled(ServedResource resource, ObjectValue existing, ObjectValue expected) {
        if (!resource.kind().group().equals("rbac.authorization.k8s.io")) {
            return Optional.empty();
        }
        return switch (Reconciliation.of(existing, expected)) {
            case Reconciliation.Kept ignored -> Optional.empty();
            case Reconciliation.Replaced ignored -> Optional.of(born(resource, expected));
            case Reconciliation.Changed(ObjectValue object) -> {
                ResourcePath path = ResourcePath.of(resource.kind(), Metadata.key(object));
                Call call = Call.of(User.ADMIN, ApiRequest.of(Verb.UPDATE, path), resource, MANAGER, List.of());
                yield Optional.of(owners.updated(call, existing, object));
            }
        };
    }

    private ObjectValue born(ServedResource resource, ObjectValue object) {
        ResourcePath path =
                ResourcePath.collection(resource.kind(), Metadata.of(object).string("namespace"));
        Call call = Call.of(User.ADMIN, ApiRequest.of(Verb.CREATE, path), resource, MANAGER, List.of());
        ObjectValue draft = owners.created(call, resource.strategy().withDefaults(object));
        ObjectValue born = Metadata.born(draft, resource, runtime);
        born = resource.hasStatus() ? born.with("status", status(object)) : born;
        return resource.strategy().withDefaults(resource.strategy().beforeCreate(born));
    }

    private ObjectValue status(ObjectValue object) {
        return object.string("kind").equals("FlowSchema")
                ? FlowUpkeep.status(object, true, runtime)
                : ObjectValue.EMPTY;
    }

    private static ServedResource resource(Map<GroupVersionKind, ServedResource> kinds, ObjectValue object) {
        GroupVersionKind kind = GroupVersionKind.of(object.string("apiVersion"), object.string("kind"));
        ServedResource found = kinds.get(kind);
        if (found == null) {
            throw new IllegalStateException("no resource is served for " + kind);
        }
        return found;
    }

    private List<ObjectValue> objects() {
        var objects = new ArrayList<ObjectValue>();
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            objects.add(object("v1", "Namespace", "", name));
        }
        objects.addAll(BootstrapRoles.objects(this::isServed));
        objects.addAll(BootstrapFlows.objects());
        objects.add(priorityClass("system-cluster-critical", 2_000_000_000, "cluster critical pods"));
        objects.add(priorityClass("system-node-critical", 2_000_001_000, "node critical pods"));
        objects.add(object("networking.k8s.io/v1", "ServiceCIDR", "", "kubernetes")
                .with("spec", ObjectValue.of("cidrs", ListValue.ofStrings(List.of(settings.serviceCidr())))));
        objects.add(kubernetesService());
        objects.add(tokenTracking());
        objects.addAll(apiServices);
        return objects;
    }

    private boolean isServed(String resource) {
        return registry.builtIn().served().stream()
                .map(ServedResource::definition)
                .anyMatch(one -> resource.equals(one.group() + "/" + one.plural()));
    }

    private static ObjectValue priorityClass(String name, long value, String about) {
        return object("scheduling.k8s.io/v1", "PriorityClass", "", name)
                .with("value", value)
                .with(
                        "description",
                        "Used for system " + about + " that must "
                                + (name.contains("node")
                                        ? "not be moved from their current node."
                                        : "run in the cluster, but can be moved to another node if necessary."));
    }

    private ObjectValue kubernetesService() {
        ObjectValue port = ObjectValue.builder()
                .put("name", "https")
                .put("port", 443)
                .put("protocol", "TCP")
                .put("targetPort", settings.publicPort())
                .build();
        ObjectValue spec = ObjectValue.builder()
                .put("clusterIP", ServiceRange.parse(settings.serviceCidr()).first())
                .put("ports", ListValue.of(port))
                .put("type", "ClusterIP")
                .put("sessionAffinity", "None")
                .build();
        ObjectValue labels = ObjectValue.EMPTY.with("component", "apiserver").with("provider", "kubernetes");
        return object("v1", "Service", "default", "kubernetes")
                .update("metadata", metadata -> metadata.with("labels", labels))
                .with("spec", spec);
    }

    /** From which day on the uses of tokens in Secrets are noted. */
    private ObjectValue tokenTracking() {
        String today = LocalDate.ofInstant(runtime.now(), ZoneOffset.UTC).toString();
        return object("v1", "ConfigMap", "kube-system", "kube-apiserver-legacy-service-account-token-tracking")
                .with("data", ObjectValue.EMPTY.with("since", today));
    }

    private static ObjectValue object(String apiVersion, String kind, String namespace, String name) {
        ObjectValue metadata = ObjectValue.EMPTY.with("name", name);
        Value placed = namespace.isEmpty() ? metadata : metadata.with("namespace", namespace);
        return ObjectValue.EMPTY
                .with("apiVersion", apiVersion)
                .with("kind", kind)
                .with("metadata", placed);
    }
}
