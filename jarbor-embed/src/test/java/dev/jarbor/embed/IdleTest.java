package dev.jarbor.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What nodes do that have nothing to do: signs of life, none of which is left out, however cheap. */
class IdleTest {
    private static final ObjectKey NODE = new ObjectKey("kube-node-lease", "node-0");

    @Test
    void everyRenewalIsAWriteThatWatchersSeeAndThatItsAgentOwns() {
        try (Jarbor cluster =
                Jarbor.start(JarborSettings.DEFAULT.withTime(TimeMode.MANUAL).withNodes(1))) {
            Lease before = cluster.api().get(Lease.KIND, NODE);
            var seen = new ArrayList<Lease>();
            ApiRequest request = ApiRequest.of(
                    Verb.WATCH,
                    ResourcePath.collection(Lease.KIND, NODE.namespace()),
                    Query.NONE.with("resourceVersion", before.metadata().resourceVersion()),
                    ObjectValue.EMPTY);
            try (Watch ignored = cluster.api().watch(request, new Hearing(seen))) {
                cluster.time().advance(Duration.ofMinutes(2));
            }

            List<Instant> times = seen.stream()
                    .map(lease -> lease.spec().renewTime().orElseThrow())
                    .toList();
            assertThat(times).hasSize(12).doesNotHaveDuplicates().isSorted();
            assertThat(seen)
                    .extracting(lease -> Long.parseLong(lease.metadata().resourceVersion()))
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(seen.getLast()).isEqualTo(cluster.api().get(Lease.KIND, NODE));
            assertThat(seen.getLast().metadata().managedFields())
                    .singleElement()
                    .satisfies(owner -> {
                        assertThat(owner.manager()).isEqualTo("kubelet");
                        assertThat(owner.time()).contains(times.getLast());
                        assertThat(owner.value()
                                        .object("fieldsV1")
                                        .object("f:spec")
                                        .names())
                                .contains("f:renewTime");
                    });
        }
    }

    private record Hearing(List<Lease> seen) implements WatchListener {
        @Override
        public void event(WatchEvent event) {
            if (event.type() == WatchEvent.Type.MODIFIED) {
                seen.add(Lease.KIND.read(event.object()));
            }
        }

        @Override
        public void closed() {}
    }
}
