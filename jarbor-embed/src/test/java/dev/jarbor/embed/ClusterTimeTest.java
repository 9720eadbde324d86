package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterTimeTest {
    private final Jarbor cluster =
            Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(1));
    private final Instant start = cluster.time().now();
    private final List<Duration> heard = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        cluster.close();
    }

    private void hear() {
        heard.add(Duration.between(start, cluster.time().now()));
    }

    private static TimerTask task(Runnable work) {
        return new TimerTask() {
            @Override
            public void run() {
                work.run();
            }
        };
    }

    @Test
    void aSchedulersTasksComeInClusterTime() {
        ScheduledExecutorService scheduler = cluster.time().scheduler();
        ScheduledFuture<?> once = scheduler.schedule(this::hear, 1, TimeUnit.HOURS);
        ScheduledFuture<?> repeated = scheduler.scheduleAtFixedRate(this::hear, 2, 2, TimeUnit.HOURS);
        cluster.time().advance(Duration.ofHours(5));
        assertThat(once.isDone()).isTrue();
        repeated.cancel(false);
        cluster.time().advance(Duration.ofHours(5));
        assertThat(heard).containsExactly(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4));
        scheduler.shutdown();
        assertThat(scheduler.isTerminated()).isTrue();
    }

    @Test
    void whatAScheduledTaskDoesHappensAtItsTime() {
        ScheduledFuture<ConfigMap> made = cluster.time()
                .scheduler()
                .schedule(
                        () -> cluster.api().create(ConfigMap.KIND, ConfigMap.named("default", "made")),
                        10,
                        TimeUnit.MINUTES);
        cluster.time().advance(Duration.ofHours(1));
        assertThat(made.isDone()).isTrue();
        assertThat(cluster.api()
                        .get(ConfigMap.KIND, new ObjectKey("default", "made"))
                        .metadata()
                        .creationTimestamp())
                .contains(start.plus(Duration.ofMinutes(10)));
    }

    @Test
    void aTimersTasksComeInClusterTimeUnlessTheyAreCancelled() {
        Timer timer = cluster.time().timer();
        TimerTask never = task(this::hear);
        timer.schedule(task(this::hear), Duration.ofMinutes(5).toMillis());
        timer.schedule(never, Duration.ofMinutes(6).toMillis());
        never.cancel();
        cluster.time().advance(Duration.ofMinutes(10));
        assertThat(heard).containsExactly(Duration.ofMinutes(5));
        assertThatThrownBy(() -> timer.schedule(task(this::hear), 1, 1))
                .isInstanceOf(UnsupportedOperationException.class);
        timer.cancel();
    }

    @Test
    void timeWaitsForTasksOfAWatchedExecutor() {
        try (ExecutorService own = Executors.newSingleThreadExecutor()) {
            ExecutorService watched = cluster.time().watched(own);
            var gate = cluster.time().busy("not yet");
            watched.execute(gate::close);
            watched.execute(this::hear);
            cluster.time().advance(Duration.ofDays(1));
            assertThat(heard).containsExactly(Duration.ZERO);
        }
    }

    @Test
    void theClockIsTheClusters() {
        assertThat(cluster.time().clock().instant()).isEqualTo(start);
        cluster.time().advance(Duration.ofDays(7));
        assertThat(cluster.time().clock().instant()).isEqualTo(start.plus(Duration.ofDays(7)));
    }
}
