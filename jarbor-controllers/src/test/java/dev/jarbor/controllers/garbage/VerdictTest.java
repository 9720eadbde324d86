package dev.jarbor.controllers.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.controllers.garbage.Verdict.Owner;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static Pod ownedBy(String... uids) {
        Pod pod = Pod.named("shop", "web");
        return pod.withMetadata(pod.metadata()
                .withOwnerReferences(Arrays.stream(uids)
                        .map(uid -> OwnerReference.EMPTY.withUid(uid).withKind("ReplicaSet"))
                        .toList()));
    }

    private static Pod deleting(Pod pod, String... finalizers) {
        return pod.withMetadata(
                pod.metadata().withDeletionTimestamp(Instant.EPOCH).withFinalizers(List.of(finalizers)));
    }

    @Test
    void whatHasNoOwnersStays() {
        assertThat(Verdict.of(ownedBy(), Map.of(), false)).isEqualTo(Verdict.KEEP);
    }

    @Test
    void whatHasOneLivingOwnerStaysAndForgetsTheOthers() {
        assertThat(Verdict.of(ownedBy("a"), Map.of("a", Owner.SOLID), false)).isEqualTo(Verdict.KEEP);
        assertThat(Verdict.of(ownedBy("a", "b"), Map.of("a", Owner.SOLID, "b", Owner.ABSENT), false))
                .isEqualTo(new Verdict.Disown(List.of("b")));
        assertThat(Verdict.of(ownedBy("a", "b"), Map.of("a", Owner.WAITING, "b", Owner.SOLID), false))
                .isEqualTo(new Verdict.Disown(List.of("a")));
    }

    @Test
    void whatHasLostAllOwnersIsDeletedInTheWayItAsksFor() {
        Map<String, Owner> gone = Map.of("a", Owner.ABSENT);
        assertThat(Verdict.of(ownedBy("a"), gone, true)).isEqualTo(new Verdict.Delete("Background"));
        Pod orphaning = ownedBy("a");
        orphaning = orphaning.withMetadata(orphaning.metadata().withFinalizers(List.of("orphan")));
        assertThat(Verdict.of(orphaning, gone, true)).isEqualTo(new Verdict.Delete("Orphan"));
    }

    @Test
    void anOwnerThatWaitsIsFollowedInTheForegroundWhereThereIsMoreBelow() {
        Map<String, Owner> waiting = Map.of("a", Owner.WAITING);
        assertThat(Verdict.of(ownedBy("a"), waiting, true)).isEqualTo(new Verdict.Delete("Foreground"));
        assertThat(Verdict.of(ownedBy("a"), waiting, false)).isEqualTo(new Verdict.Delete("Background"));
    }

    @Test
    void whatIsBeingDeletedIsOnlyHelpedOnItsWay() {
        assertThat(Verdict.of(deleting(ownedBy("a")), Map.of("a", Owner.ABSENT), false))
                .isEqualTo(Verdict.KEEP);
        assertThat(Verdict.of(deleting(ownedBy(), "foregroundDeletion"), Map.of(), false))
                .isEqualTo(new Verdict.DeleteDependents());
        assertThat(Verdict.of(deleting(ownedBy(), "orphan"), Map.of(), false))
                .isEqualTo(new Verdict.OrphanDependents());
    }
}
