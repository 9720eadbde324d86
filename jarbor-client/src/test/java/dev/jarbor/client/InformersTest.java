package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InformersTest {
    private final SimulatedRuntime runtime = SimulatedRuntime.shuffled(1);
    private final FakeApi api = new FakeApi(runtime);
    private final SharedInformers informers = new SharedInformers(api, runtime);
    private final List<String> heard = new ArrayList<>();

    private static ConfigMap config(String namespace, String name, String data) {
        return ConfigMap.named(namespace, name).withData(new TreeMap<>(Map.of("data", data)));
    }

    private void create(String name, String data) {
        api.create(ConfigMap.KIND, config("default", name, data));
    }

    private void change(String name, String data) {
        api.update(ConfigMap.KIND, config("default", name, data));
    }

    private void delete(String name) {
        api.delete(ConfigMap.KIND, new ObjectKey("default", name));
    }

    private void hear(Change<ConfigMap> change) {
        heard.add(
                switch (change) {
                    case Change.Added<ConfigMap> added ->
                        "+" + added.object().name() + "="
                                + added.object().data().get("data");
                    case Change.Updated<ConfigMap> updated ->
                        "~" + updated.object().name() + "="
                                + updated.object().data().get("data") + " was "
                                + updated.before().data().get("data");
                    case Change.Deleted<ConfigMap> deleted ->
                        "-" + deleted.object().name();
                });
    }

    private List<String> takeHeard() {
        List<String> taken = List.copyOf(heard);
        heard.clear();
        return taken;
    }

    @Test
    void theFirstListIsTheCopyAndArrivesAsAdditions() {
        create("b", "1");
        create("a", "2");
        var configs = informers.of(ConfigMap.KIND).onChange(this::hear);
        assertThat(configs.synced()).isFalse();
        informers.start();
        runtime.runUntilIdle();
        assertThat(configs.synced()).isTrue();
        assertThat(takeHeard()).containsExactly("+a=2", "+b=1");
        assertThat(configs.list()).extracting(ConfigMap::name).containsExactly("a", "b");
        assertThat(configs.get(new ObjectKey("default", "a"))).isPresent();
    }

    @Test
    void whatIsKnownIsNotListedAndArrivesAsAdditions() {
        create("b", "1");
        create("a", "2");
        informers
                .of(ConfigMap.KIND)
                .index("data", config -> List.of(config.data().get("data")));
        informers.start();
        runtime.runUntilIdle();
        KnownObjects known = informers.known(api.resourceVersion(), (kind, objects) -> true);
        api.failNext(
                FakeApi.requests(Verb.LIST, "configmaps"), ApiException.serviceUnavailable("nobody needs to list"));
        var others = new SharedInformers(api, runtime, known);
        var configs = others.of(ConfigMap.KIND)
                .onChange(this::hear)
                .index("data", config -> List.of(config.data().get("data")))
                .index("name", config -> List.of(config.name()));
        others.whenSynced(() -> heard.add("synced"));
        others.start();
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("+a=2", "+b=1", "synced");
        assertThat(configs.by("data", "1")).extracting(ConfigMap::name).containsExactly("b");
        assertThat(configs.by("name", "a")).hasSize(1);
        change("a", "3");
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("~a=3 was 2");
        assertThat(configs.by("data", "3")).extracting(ConfigMap::name).containsExactly("a");
    }

    @Test
    void whatIsNotCurrentOrSeenInAnotherWayIsListed() {
        create("a", "1");
        informers.of(ConfigMap.KIND);
        informers.start();
        runtime.runUntilIdle();
        KnownObjects outdated = informers.known(api.resourceVersion(), (kind, objects) -> false);
        KnownObjects known = informers.known(api.resourceVersion(), (kind, objects) -> true);
        create("b", "2");
        var first = new SharedInformers(api, runtime, outdated);
        var second = new SharedInformers(api, runtime, known);
        var listed = first.of(ConfigMap.KIND);
        var generic = second.of(Kind.generic("", "v1", "ConfigMap", "configmaps", true));
        first.start();
        second.start();
        runtime.runUntilIdle();
        assertThat(listed.list()).extracting(ConfigMap::name).containsExactly("a", "b");
        assertThat(generic.list()).extracting(GenericObject::name).containsExactly("a", "b");
    }

    @Test
    void theWatchKeepsTheCopyCurrent() {
        var configs = informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        runtime.runUntilIdle();
        create("a", "1");
        change("a", "2");
        delete("a");
        create("b", "3");
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("+a=1", "~a=2 was 1", "-a", "+b=3");
        assertThat(configs.list()).extracting(ConfigMap::name).containsExactly("b");
    }

    @Test
    void listenersHearOfAChangeWhenTheCopyShowsIt() {
        var configs = informers.of(ConfigMap.KIND);
        configs.onChange(change -> heard.add(configs.get(change.object().key())
                .map(shown -> shown.equals(change.object()) ? "shown" : "other")
                .orElse("gone")));
        informers.start();
        create("a", "1");
        runtime.runUntilIdle();
        delete("a");
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("shown", "gone");
    }

    @Test
    void aListenerThatComesLateHearsWhatIsThereAndThenWhatHappens() {
        var configs = informers.of(ConfigMap.KIND);
        informers.start();
        create("a", "1");
        runtime.runUntilIdle();
        configs.onChange(this::hear);
        create("b", "2");
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("+a=1", "+b=2");
    }

    @Test
    void aListenerThatFailsIsReportedAndTheOthersHearEverything() {
        var failures = new ArrayList<String>();
        runtime.onFailure((task, cause) -> failures.add(cause.getMessage()));
        informers
                .of(ConfigMap.KIND)
                .onChange(change -> {
                    throw new IllegalStateException("broken");
                })
                .onChange(this::hear);
        informers.start();
        create("a", "1");
        runtime.runUntilIdle();
        assertThat(failures).containsExactly("broken");
        assertThat(takeHeard()).containsExactly("+a=1");
    }

    @Test
    void anIndexFindsObjectsByTheirValuesAsTheyChange() {
        var configs = informers
                .of(ConfigMap.KIND)
                .index("data", config -> List.of(config.data().getOrDefault("data", "")))
                .index("data", config -> List.of("ignored, there is one of that name"));
        informers.start();
        create("a", "x");
        create("b", "x");
        runtime.runUntilIdle();
        assertThat(configs.by("data", "x")).extracting(ConfigMap::name).containsExactly("a", "b");
        change("a", "y");
        delete("b");
        runtime.runUntilIdle();
        assertThat(configs.by("data", "x")).isEmpty();
        assertThat(configs.by("data", "y")).extracting(ConfigMap::name).containsExactly("a");
        assertThatThrownBy(() -> configs.by("other", "x")).hasMessageContaining("no index other");
    }

    @Test
    void aNamespaceIsListedWithoutItsNeighbours() {
        var configs = informers.of(ConfigMap.KIND);
        informers.start();
        for (String namespace : List.of("shop", "shop-a", "sho", "shoq")) {
            api.create(ConfigMap.KIND, config(namespace, "x", ""));
        }
        runtime.runUntilIdle();
        assertThat(configs.list("shop")).extracting(ConfigMap::namespace).containsExactly("shop");
        assertThat(configs.list("s")).isEmpty();
    }

    @Test
    void aWatchThatBreaksIsResumedWithoutMissingOrRepeating() {
        informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        create("a", "1");
        runtime.runUntilIdle();
        api.dropWatches();
        change("a", "2");
        create("b", "1");
        runtime.advance(Duration.ofSeconds(3));
        assertThat(takeHeard()).containsExactly("+a=1", "~a=2 was 1", "+b=1");
    }

    @Test
    void afterAnExpiredWatchTheDifferenceOfANewListIsTold() {
        var configs = informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        create("a", "1");
        create("b", "1");
        create("same", "1");
        create("anew", "1");
        runtime.runUntilIdle();
        takeHeard();
        api.dropWatches();
        delete("a");
        change("b", "2");
        create("c", "1");
        delete("anew");
        create("anew", "2");
        api.forgetHistory();
        runtime.advance(Duration.ofSeconds(10));
        assertThat(takeHeard()).containsExactlyInAnyOrder("-a", "-anew", "+anew=2", "~b=2 was 1", "+c=1");
        assertThat(configs.list()).extracting(ConfigMap::name).containsExactly("anew", "b", "c", "same");
    }

    @Test
    void bookmarksMoveTheVersionSoThatAQuietKindDoesNotExpire() {
        informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        runtime.runUntilIdle();
        api.create(Kind.generic("", "v1", "Secret", "secrets", true), secret("s"));
        api.bookmark();
        runtime.runUntilIdle();
        api.forgetHistory();
        var lists = new ArrayList<ApiRequest>();
        api.beforeNext(FakeApi.requests(Verb.LIST, "configmaps"), lists::add);
        api.dropWatches();
        runtime.advance(Duration.ofSeconds(10));
        create("a", "1");
        runtime.runUntilIdle();
        assertThat(lists).isEmpty();
        assertThat(takeHeard()).containsExactly("+a=1");
    }

    private static GenericObject secret(String name) {
        return new GenericObject(ConfigMap.named("default", name).value());
    }

    @Test
    void aServerThatIsAwayIsAskedAgainWithGrowingPauses() {
        var asked = new ArrayList<Double>();
        var away = api.failWhile(
                request -> {
                    asked.add(runtime.nanoTime() / 1e9);
                    return true;
                },
                ApiException.serviceUnavailable("away"));
        var configs = informers.of(ConfigMap.KIND);
        informers.start();
        runtime.advance(Duration.ofMinutes(5));
        for (int i = 1; i < asked.size(); i++) {
            double step = Math.min(30, 0.8 * Math.pow(2, i - 1));
            assertThat(asked.get(i) - asked.get(i - 1)).isBetween(step - 0.001, 2 * step + 0.001);
        }
        assertThat(asked).hasSizeBetween(10, 16);
        away.close();
        create("a", "1");
        runtime.advance(Duration.ofMinutes(1));
        assertThat(configs.list()).hasSize(1);
    }

    @Test
    void anInformerAskedForAfterTheStartStartsAtOnce() {
        informers.start();
        create("a", "1");
        var configs = informers.of(ConfigMap.KIND);
        runtime.runUntilIdle();
        assertThat(configs.list()).hasSize(1);
    }

    @Test
    void oneKindIsListedOnceForAllWhoAsk() {
        assertThat(informers.of(ConfigMap.KIND)).isSameAs(informers.of(ConfigMap.KIND));
        assertThat(informers.of(ConfigMap.KIND, "default", Query.NONE)).isNotSameAs(informers.of(ConfigMap.KIND));
    }

    @Test
    void theSameObjectsAreSeenUnderAnotherViewWithoutASecondWatch() {
        var lists = new ArrayList<ApiRequest>();
        api.beforeNext(FakeApi.requests(Verb.LIST, "configmaps"), lists::add);
        api.beforeNext(FakeApi.requests(Verb.LIST, "configmaps"), lists::add);
        var typed = informers.of(ConfigMap.KIND);
        var generic = informers.of(Kind.generic("", "v1", "ConfigMap", "configmaps", true));
        generic.onChange(change -> heard.add(change.object().name()));
        informers.start();
        create("a", "1");
        runtime.runUntilIdle();
        assertThat(generic.get(new ObjectKey("default", "a")).orElseThrow().value())
                .isEqualTo(
                        typed.get(new ObjectKey("default", "a")).orElseThrow().value());
        assertThat(takeHeard()).containsExactly("a");
        assertThat(lists).hasSize(1);
    }

    @Test
    void aSelectionHoldsOnlyWhatItSelects() {
        var selected = informers.of(ConfigMap.KIND, "default", Query.fields("data.data=x"));
        informers.start();
        create("a", "x");
        create("b", "y");
        api.create(ConfigMap.KIND, config("other", "c", "x"));
        runtime.runUntilIdle();
        assertThat(selected.list()).extracting(ConfigMap::name).containsExactly("a");
        change("a", "y");
        change("b", "x");
        runtime.runUntilIdle();
        assertThat(selected.list()).extracting(ConfigMap::name).containsExactly("b");
    }

    @Test
    void whoWaitsForTheFirstListsIsCalledOnce() {
        informers.of(ConfigMap.KIND);
        informers.of(Kind.generic("", "v1", "Secret", "secrets", true));
        api.failNext(FakeApi.requests(Verb.LIST, "secrets"), ApiException.serviceUnavailable("away"));
        informers.whenSynced(() -> heard.add("synced"));
        informers.start();
        runtime.runUntilIdle();
        assertThat(informers.synced()).isFalse();
        assertThat(takeHeard()).isEmpty();
        runtime.advance(Duration.ofMinutes(1));
        assertThat(informers.synced()).isTrue();
        assertThat(takeHeard()).containsExactly("synced");
        informers.whenSynced(() -> heard.add("already"));
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("already");
    }

    @Test
    void afterCloseNothingIsHeardAndNothingIsAsked() {
        informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        runtime.runUntilIdle();
        informers.close();
        var asked = new ArrayList<ApiRequest>();
        runtime.runUntilIdle();
        create("a", "1");
        api.beforeNext(request -> true, asked::add);
        runtime.advance(Duration.ofHours(1));
        assertThat(takeHeard()).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void watchesAreRenewedForeverWithoutListingAgain() {
        var lists = new int[1];
        api.failWhile(
                request -> {
                    lists[0] += request.verb() == Verb.LIST ? 1 : 0;
                    return false;
                },
                ApiException.serviceUnavailable("never"));
        informers.of(ConfigMap.KIND).onChange(this::hear);
        informers.start();
        runtime.advance(Duration.ofHours(3));
        create("a", "1");
        runtime.runUntilIdle();
        assertThat(takeHeard()).containsExactly("+a=1");
        assertThat(lists[0]).isEqualTo(1);
    }
}
