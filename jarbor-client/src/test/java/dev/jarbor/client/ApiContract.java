package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.ManagedFieldsEntry;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Api} that components are tested or run against promises, on objects that any server accepts: passed
 * by the fake and by the real ones, so that what is tested on the fake holds on a server. The rules are those of
 * <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>.
 */
public abstract class ApiContract {
    private static final String NAMESPACE = "default";

    /** An API with a namespace {@code default} and, where pods need one, its service account {@code default} in it. */
    protected abstract Api api();

    /** The next of {@code events} of a watch, waiting for it as this API's runtime needs. */
    protected abstract String next(BlockingQueue<String> events) throws InterruptedException;

    private static ObjectKey key(String name) {
        return new ObjectKey(NAMESPACE, name);
    }

    private static ConfigMap config(String name, String data) {
        return ConfigMap.named(NAMESPACE, name).withData(new TreeMap<>(Map.of("data", data)));
    }

    private static ConfigMap labelled(String name, String tier) {
        ConfigMap config = config(name, "");
        return config.withMetadata(config.metadata().withLabels(new TreeMap<>(Map.of("tier", tier))));
    }

    private static ConfigMap held(String name, String finalizer) {
        ConfigMap config = config(name, "");
        return config.withMetadata(config.metadata().withFinalizers(List.of(finalizer)));
    }

    private static Pod pod(String name) {
        ObjectValue container =
                ObjectValue.builder().put("name", "web").put("image", "web:1").build();
        return new Pod(
                Pod.named(NAMESPACE, name).value().with("spec", ObjectValue.of("containers", ListValue.of(container))));
    }

    private static void assertRefused(String reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(type(ApiException.class))
                .satisfies(refused -> assertThat(refused.status().reason()).isEqualTo(reason));
    }

    @Test
    void aCreatedObjectHasIdentityAndCanBeRead() {
        ConfigMap created = api().create(ConfigMap.KIND, config("a", "1"));
        assertThat(created.metadata().uid()).isNotEmpty();
        assertThat(created.metadata().resourceVersion()).isNotEmpty();
        assertThat(created.metadata().creationTimestamp()).isPresent();
        assertThat(api().get(ConfigMap.KIND, key("a"))).isEqualTo(created);
        assertThat(created.kind()).isEqualTo("ConfigMap");
        assertThat(created.apiVersion()).isEqualTo("v1");
    }

    @Test
    void aNameIsTakenOnce() {
        api().create(ConfigMap.KIND, config("a", "1"));
        assertThatThrownBy(() -> api().create(ConfigMap.KIND, config("a", "2")))
                .hasMessage("configmaps \"a\" already exists");
        assertRefused("AlreadyExists", () -> api().create(ConfigMap.KIND, config("a", "2")));
    }

    @Test
    void anObjectThatIsNotThereIsNotFound() {
        assertThatThrownBy(() -> api().get(ConfigMap.KIND, key("a"))).hasMessage("configmaps \"a\" not found");
        assertThat(api().find(ConfigMap.KIND, key("a"))).isEmpty();
        assertRefused("NotFound", () -> api().delete(ConfigMap.KIND, key("a")));
        assertRefused("NotFound", () -> api().update(ConfigMap.KIND, config("a", "1")));
        assertRefused("NotFound", () -> api().patch(ConfigMap.KIND, key("a"), Patch.merge(ObjectValue.EMPTY)));
    }

    @Test
    void aGeneratedNameIsThePrefixAndFiveCharacters() {
        ConfigMap unnamed = ConfigMap.EMPTY.withMetadata(
                ObjectMeta.EMPTY.withNamespace(NAMESPACE).withGenerateName("web-"));
        ConfigMap first = api().create(ConfigMap.KIND, unnamed);
        assertThat(first.name()).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
        assertThat(api().create(ConfigMap.KIND, unnamed).name()).isNotEqualTo(first.name());
    }

    @Test
    void anUpdateFromAStaleReadConflicts() {
        ConfigMap read = api().create(ConfigMap.KIND, config("a", "1"));
        ConfigMap newer = api().update(ConfigMap.KIND, read.withData(new TreeMap<>(Map.of("data", "2"))));
        assertThat(newer.metadata().uid()).isEqualTo(read.metadata().uid());
        assertThatThrownBy(() -> api().update(ConfigMap.KIND, read.withData(new TreeMap<>(Map.of("data", "3")))))
                .hasMessage("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; "
                        + "please apply your changes to the latest version and try again");
        assertThat(api().get(ConfigMap.KIND, key("a"))).isEqualTo(newer);
    }

    @Test
    void anUpdateWithoutAVersionReplacesWhateverIsThere() {
        api().create(ConfigMap.KIND, config("a", "1"));
        api().update(ConfigMap.KIND, config("a", "2"));
        assertThat(api().get(ConfigMap.KIND, key("a")).data()).containsEntry("data", "2");
    }

    @Test
    void anUpdateThatChangesNothingMakesNoNewVersion() {
        ConfigMap created = api().create(ConfigMap.KIND, config("a", "1"));
        assertThat(api().update(ConfigMap.KIND, created)).isEqualTo(created);
    }

    @Test
    void aStatusUpdateChangesTheStatusOnlyAndAnUpdateEverythingElse() {
        Pod created = api().create(Pod.KIND, pod("web"));
        var running = new Pod(created.value()
                .update("status", status -> status.with("message", "up"))
                .update("metadata", metadata -> metadata.with("labels", ObjectValue.of("a", Value.of("b")))));
        Pod reported = api().updateStatus(Pod.KIND, running);
        assertThat(reported.value().object("status").string("message")).isEqualTo("up");
        assertThat(reported.metadata().generation())
                .isEqualTo(created.metadata().generation());
        var labelled = new Pod(reported.value()
                .update("status", status -> status.with("message", "down"))
                .update("metadata", metadata -> metadata.with("labels", ObjectValue.of("a", Value.of("c")))));
        Pod updated = api().update(Pod.KIND, labelled);
        assertThat(updated.value().object("status").string("message")).isEqualTo("up");
        assertThat(updated.metadata().labels()).containsEntry("a", "c");
    }

    @Test
    void aMergePatchSetsAndRemovesFields() {
        api().create(ConfigMap.KIND, config("a", "1"));
        ObjectValue patch = ObjectValue.of(
                "data",
                ObjectValue.builder()
                        .put("data", NullValue.NULL)
                        .put("more", "2")
                        .build());
        ConfigMap patched = api().patch(ConfigMap.KIND, key("a"), Patch.merge(patch));
        assertThat(patched.data()).containsOnly(Map.entry("more", "2"));
    }

    @Test
    void aPatchWithAVersionConflictsWhenTheObjectHasMovedOn() {
        ConfigMap read = api().create(ConfigMap.KIND, config("a", "1"));
        api().update(ConfigMap.KIND, config("a", "2"));
        ObjectValue patch = ObjectValue.of(
                "metadata",
                ObjectValue.EMPTY.with("resourceVersion", read.metadata().resourceVersion()));
        assertRefused("Conflict", () -> api().patch(ConfigMap.KIND, key("a"), Patch.merge(patch)));
    }

    @Test
    void anApplySaysWhatIsSaidAndWhoOwnsIt() {
        ConfigMap created = api().create(ConfigMap.KIND, config("a", "1"));
        ConfigMap applied = api().apply(ConfigMap.KIND, config("a", "2"), "loop");
        assertThat(applied.data()).containsOnly(Map.entry("data", "2"));
        assertThat(ownersByApply(applied)).containsExactly("loop");
        assertThat(api().apply(ConfigMap.KIND, config("a", "2"), "loop")).isEqualTo(applied);
        ConfigMap without = api().apply(ConfigMap.KIND, ConfigMap.named(NAMESPACE, "a"), "loop");
        assertThat(without.data()).isEmpty();
        assertThat(ownersByApply(without)).isEmpty();
        assertThat(without.metadata().uid()).isEqualTo(created.metadata().uid());
    }

    @Test
    void anApplyMakesWhatIsNotThereUnlessItNamesAUid() {
        ConfigMap gone = config("a", "1");
        assertRefused(
                "Conflict",
                () -> api().apply(
                                ConfigMap.KIND,
                                gone.withMetadata(gone.metadata().withUid("of-one-that-is-gone")),
                                "loop"));
        assertThat(api().find(ConfigMap.KIND, key("a"))).isEmpty();
        assertThat(ownersByApply(api().apply(ConfigMap.KIND, gone, "loop"))).containsExactly("loop");
    }

    private static List<String> ownersByApply(ConfigMap object) {
        return object.metadata().managedFields().stream()
                .filter(owner -> owner.operation().equals("Apply"))
                .map(ManagedFieldsEntry::manager)
                .toList();
    }

    @Test
    void aFinalizerHoldsADeletedObjectUntilItIsTakenAway() {
        api().create(ConfigMap.KIND, held("a", "example.com/hold"));
        api().delete(ConfigMap.KIND, key("a"));
        ConfigMap marked = api().get(ConfigMap.KIND, key("a"));
        assertThat(marked.metadata().deletionTimestamp()).isPresent();
        api().update(ConfigMap.KIND, marked.withMetadata(marked.metadata().withFinalizers(List.of())));
        assertThat(api().find(ConfigMap.KIND, key("a"))).isEmpty();
    }

    @Test
    void aPropagationPolicyLeavesItsFinalizerForTheGarbageCollector() {
        api().create(ConfigMap.KIND, config("a", "1"));
        api().delete(ConfigMap.KIND, key("a"), DeleteOptions.NONE.propagation("Foreground"));
        assertThat(api().get(ConfigMap.KIND, key("a")).metadata().finalizers()).containsExactly("foregroundDeletion");
    }

    @Test
    void aDeletionWithAPreconditionThatDoesNotHoldConflicts() {
        ConfigMap created = api().create(ConfigMap.KIND, config("a", "1"));
        assertRefused("Conflict", () -> api().delete(ConfigMap.KIND, key("a"), DeleteOptions.NONE.ifUid("other")));
        assertRefused(
                "Conflict", () -> api().delete(ConfigMap.KIND, key("a"), DeleteOptions.NONE.ifResourceVersion("1")));
        api().delete(
                        ConfigMap.KIND,
                        key("a"),
                        DeleteOptions.NONE.ifUid(created.metadata().uid()));
        assertThat(api().find(ConfigMap.KIND, key("a"))).isEmpty();
    }

    @Test
    void aPodOnANodeGetsTimeToStopAndAnotherIsGoneAtOnce() {
        api().create(Pod.KIND, pod("unbound"));
        api().delete(Pod.KIND, key("unbound"));
        assertThat(api().find(Pod.KIND, key("unbound"))).isEmpty();
        api().create(Pod.KIND, pod("bound"));
        bind("bound", "node-1");
        assertThat(api().get(Pod.KIND, key("bound")).spec().nodeName()).isEqualTo("node-1");
        api().delete(Pod.KIND, key("bound"));
        assertThat(api().get(Pod.KIND, key("bound")).metadata().deletionGracePeriodSeconds())
                .isEqualTo(30);
        api().delete(Pod.KIND, key("bound"), DeleteOptions.NONE.grace(0));
        assertThat(api().find(Pod.KIND, key("bound"))).isEmpty();
    }

    private void bind(String pod, String node) {
        ObjectValue binding = ObjectValue.builder()
                .put("apiVersion", "v1")
                .put("kind", "Binding")
                .put("metadata", ObjectValue.of("name", Value.of(pod)))
                .put(
                        "target",
                        ObjectValue.builder()
                                .put("kind", "Node")
                                .put("name", node)
                                .build())
                .build();
        ResourcePath path = ResourcePath.of(Pod.KIND, key(pod)).withSubresource("binding");
        api().call(ApiRequest.of(Verb.CREATE, path, Query.NONE, binding));
    }

    @Test
    void aPodIsBoundOnce() {
        api().create(Pod.KIND, pod("web"));
        bind("web", "node-1");
        assertRefused("Conflict", () -> bind("web", "node-2"));
    }

    @Test
    void whatIsServedInAVersionIsSaidWithItsSubresources() {
        assertThat(api().resources("apps", "v1"))
                .filteredOn(resource -> resource.kind().equals("StatefulSet"))
                .singleElement()
                .satisfies(resource -> {
                    assertThat(resource.plural()).isEqualTo("statefulsets");
                    assertThat(resource.namespaced()).isTrue();
                    assertThat(resource.subresource("scale")
                                    .orElseThrow()
                                    .kind()
                                    .kind())
                            .isEqualTo("Scale");
                });
        assertThat(api().resources("", "v1"))
                .extracting(resource -> resource.kind())
                .contains("Pod", "Node");
        assertThat(api().resources("apps", "v7")).isEmpty();
        assertThat(api().resources("nobody.example.com", "v1")).isEmpty();
    }

    @Test
    void aListIsInOrderOfNamesWithItsSelection() {
        api().create(ConfigMap.KIND, labelled("b", "web"));
        api().create(ConfigMap.KIND, labelled("a", "web"));
        api().create(ConfigMap.KIND, labelled("c", "db"));
        assertThat(names(Query.labels("tier=web"))).containsExactly("a", "b");
        assertThat(names(Query.labels("tier notin (web,other)").with("fieldSelector", "metadata.name!=x")))
                .contains("c")
                .doesNotContain("a", "b");
        assertThat(names(Query.fields("metadata.name=c"))).containsExactly("c");
    }

    private List<String> names(Query query) {
        return api().list(ConfigMap.KIND, NAMESPACE, query).items().stream()
                .map(KubeObject::name)
                .toList();
    }

    @Test
    void aSelectorThatMeansNothingIsABadRequest() {
        assertRefused("BadRequest", () -> names(Query.labels("a in (")));
    }

    @Test
    void aCollectionIsDeletedAsFarAsItIsSelected() {
        api().create(ConfigMap.KIND, labelled("a", "web"));
        api().create(ConfigMap.KIND, labelled("b", "db"));
        api().call(ApiRequest.of(
                Verb.DELETECOLLECTION,
                ResourcePath.collection(ConfigMap.KIND, NAMESPACE),
                Query.labels("tier=web"),
                ObjectValue.EMPTY));
        assertThat(api().find(ConfigMap.KIND, key("a"))).isEmpty();
        assertThat(api().find(ConfigMap.KIND, key("b"))).isPresent();
    }

    @Test
    void aWatchFromAListSeesEveryChangeOnceAndInOrder() throws InterruptedException {
        api().create(ConfigMap.KIND, config("a", "1"));
        try (var watching = new Watching(Query.NONE.with("resourceVersion", version()))) {
            api().create(ConfigMap.KIND, config("b", "1"));
            api().update(ConfigMap.KIND, config("b", "2"));
            api().delete(ConfigMap.KIND, key("a"));
            assertThat(watching.until("DELETED a")).containsExactly("ADDED b", "MODIFIED b", "DELETED a");
        }
    }

    @Test
    void aWatchFromTheBeginningStartsWithWhatIsThere() throws InterruptedException {
        api().create(ConfigMap.KIND, labelled("a", "web"));
        try (var watching = new Watching(Query.labels("tier=web"))) {
            api().create(ConfigMap.KIND, labelled("b", "web"));
            assertThat(watching.until("ADDED b")).containsExactly("ADDED a", "ADDED b");
        }
    }

    @Test
    void whatEntersASelectionIsAddedAndWhatLeavesItDeleted() throws InterruptedException {
        api().create(ConfigMap.KIND, labelled("a", "web"));
        api().create(ConfigMap.KIND, labelled("b", "db"));
        try (var watching = new Watching(Query.labels("tier=web").with("resourceVersion", version()))) {
            api().update(ConfigMap.KIND, labelled("a", "db"));
            api().create(ConfigMap.KIND, labelled("c", "db"));
            api().update(ConfigMap.KIND, labelled("b", "web"));
            assertThat(watching.until("ADDED b")).containsExactly("DELETED a", "ADDED b");
        }
    }

    @Test
    void aClosedWatchEnds() throws InterruptedException {
        var watching = new Watching(Query.NONE.with("resourceVersion", version()));
        api().create(ConfigMap.KIND, config("a", "1"));
        assertThat(watching.until("ADDED a")).containsExactly("ADDED a");
        watching.close();
        assertThat(watching.until("closed")).containsExactly("closed");
    }

    private String version() {
        return api().list(ConfigMap.KIND, NAMESPACE, Query.NONE).resourceVersion();
    }

    /** A watch of configmaps, and what it has told as text. */
    private final class Watching implements WatchListener, AutoCloseable {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final Watch watch;

        Watching(Query query) {
            ResourcePath path = ResourcePath.collection(ConfigMap.KIND, NAMESPACE);
            watch = api().watch(ApiRequest.of(Verb.WATCH, path, query.with("watch", true), ObjectValue.EMPTY), this);
        }

        List<String> until(String last) throws InterruptedException {
            var seen = new ArrayList<String>();
            do {
                seen.add(next(events));
            } while (!seen.getLast().equals(last));
            return seen;
        }

        @Override
        public void event(WatchEvent event) {
            String name = event.object().object("metadata").string("name");
            // A server may have objects of its own in the namespace.
            if (!name.equals("kube-root-ca.crt")) {
                events.add(event.type() + " " + name);
            }
        }

        @Override
        public void closed() {
            events.add("closed");
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
