package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.quota.QuotaStatus;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.store.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A quota is never overdrawn, whoever writes at the same time. */
class QuotaRaceTest {
    private static final String QUOTAS = "v1/namespaces/shop/resourcequotas";

    private static AdmissionWorld world(int pods) {
        var world = new AdmissionWorld();
        ObjectValue quota = world.create(QUOTAS, "metadata: {name: q}\nspec: {hard: {pods: " + pods + "}}");
        world.update(
                QUOTAS + "/q/status",
                quota.with(
                        "status",
                        QuotaStatus.of(quota, resource -> Optional.of(List.of()), world.cluster.runtime.now())));
        return world;
    }

    private static ObjectValue quota(Snapshot now) {
        return now.get("resourcequotas", new ObjectKey("shop", "q")).orElseThrow();
    }

    private static long used(Snapshot now) {
        return Usage.read(quota(now).object("status").object("used")).of("pods").longValue();
    }

    @Test
    void writersAtTheSameTimeGetExactlyAsMuchAsThereIs() throws InterruptedException, ExecutionException {
        AdmissionWorld world = world(20);
        var refused = new AtomicInteger();
        try (var writers = Executors.newFixedThreadPool(8)) {
            var tasks = new ArrayList<Future<?>>();
            for (int writer = 0; writer < 8; writer++) {
                int number = writer;
                tasks.add(writers.submit(() -> create(world, number, refused)));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        }

        Snapshot now = world.cluster.store.snapshot();
        assertThat(now.in("pods", "shop")).hasSize(20);
        assertThat(used(now)).isEqualTo(20);
        assertThat(refused.get()).isEqualTo(8 * 10 - 20);
    }

    private static void create(AdmissionWorld world, int writer, AtomicInteger refused) {
        for (int i = 0; i < 10; i++) {
            String name = "pod-" + writer + "-" + i;
            if (AdmissionWorld.refusal(() -> world.pod(name, "")).contains("exceeded quota")) {
                refused.incrementAndGet();
            }
        }
    }

    /** Creations, deletions and recounts in any order keep {@code used} at least at what is there, and within the bound. */
    @Property(tries = 40)
    void whatIsUsedIsNeverLessThanWhatIsThere(
            @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 29) Integer> steps) {
        AdmissionWorld world = world(5);
        for (int step : steps) {
            String path = AdmissionWorld.PODS + "/pod-" + step % 10;
            switch (step / 10) {
                case 0 -> AdmissionWorld.refusal(() -> world.pod("pod-" + step % 10, ""));
                case 1 -> AdmissionWorld.refusal(() -> world.cluster.delete(path, "{\"gracePeriodSeconds\":0}"));
                default -> recount(world);
            }
            Snapshot now = world.cluster.store.snapshot();
            assertThat(used(now)).isGreaterThanOrEqualTo(now.in("pods", "shop").size());
            assertThat(used(now)).isLessThanOrEqualTo(5);
        }
        recount(world);
        Snapshot last = world.cluster.store.snapshot();
        assertThat(used(last)).isEqualTo(last.in("pods", "shop").size());
    }

    private static void recount(AdmissionWorld world) {
        Snapshot now = world.cluster.store.snapshot();
        ObjectValue quota = quota(now);
        ObjectValue status = QuotaStatus.of(
                quota,
                resource -> Optional.of(List.copyOf(now.in(resource, "shop").values())),
                world.cluster.runtime.now());
        try {
            world.update(QUOTAS + "/q/status", quota.with("status", status));
        } catch (ApiException changed) {
            assertThat(changed.isConflict()).isTrue();
        }
    }
}
