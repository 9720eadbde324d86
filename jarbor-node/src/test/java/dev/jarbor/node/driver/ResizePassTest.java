package dev.jarbor.node.driver;

import static dev.jarbor.node.driver.Claims.asking;
import static dev.jarbor.node.driver.Claims.bound;
import static dev.jarbor.node.driver.Claims.storage;
import static dev.jarbor.node.driver.Claims.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.node.driver.ResizePass.Attempt;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResizePassTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private static PersistentVolume sized(PersistentVolumeClaim claim, String size) {
        PersistentVolume volume = volume(claim);
        return volume.withSpec(volume.spec().withCapacity(storage(size)));
    }

    private static String inWords(ResizeStep step) {
        return switch (step) {
            case ResizeStep.Nothing ignored -> "nothing";
            case ResizeStep.Wait(Duration time) -> "wait " + time.toSeconds();
            case ResizeStep.Expand(Quantity size, boolean news) -> (news ? "expand to " : "again to ") + size;
        };
    }

    /** The claim has 1Gi; {@code state} and {@code begun} are what its status says of an expansion. */
    @ParameterizedTest
    @CsvSource({
        "1Gi, 1Gi, '', '', nothing",
        "2Gi, 1Gi, '', '', expand to 2Gi",
        "2Gi, 2Gi, '', '', expand to 2Gi",
        "2Gi, 1Gi, ControllerResizeInProgress, 2Gi, again to 2Gi",
        "3Gi, 1Gi, ControllerResizeInProgress, 2Gi, again to 2Gi",
        "2Gi, 2Gi, ControllerResizeInProgress, 2Gi, again to 2Gi",
        "3Gi, 1Gi, ControllerResizeInfeasible, 9Gi, expand to 3Gi",
        "9Gi, 1Gi, ControllerResizeInfeasible, 9Gi, again to 9Gi",
        "2Gi, 2Gi, NodeResizePending, 2Gi, nothing",
        "3Gi, 2Gi, NodeResizePending, 2Gi, nothing",
        "2Gi, 2Gi, NodeResizeInProgress, 2Gi, nothing",
        "2Gi, 3Gi, NodeResizeInfeasible, 3Gi, again to 3Gi",
        "4Gi, 3Gi, NodeResizeInfeasible, 3Gi, again to 3Gi",
        "2Gi, 2Gi, '', 2Gi, again to 2Gi",
    })
    void whatWasBegunComesToItsEndFirst(String asked, String has, String state, String begun, String step) {
        PersistentVolumeClaim claim = asking(bound(), asked);
        if (!state.isEmpty()) {
            claim = claim.withStatus(claim.status().withAllocatedResourceStatuses(Map.of("storage", state)));
        }
        if (!begun.isEmpty()) {
            claim = claim.withStatus(claim.status().withAllocatedResources(storage(begun)));
        }
        assertThat(inWords(new ResizePass(claim, sized(claim, has), Optional.empty(), NOW).decide()))
                .isEqualTo(step);
    }

    private static ResizeStep afterFailure(String asked, String begun, boolean settled) {
        PersistentVolumeClaim claim = asking(bound(), asked);
        claim = claim.withStatus(claim.status()
                .withAllocatedResources(storage(begun))
                .withAllocatedResourceStatuses(Map.of("storage", "ControllerResizeInProgress")));
        var last = new Attempt(Quantity.parse(begun), settled, NOW.plusSeconds(15));
        return new ResizePass(claim, sized(claim, "1Gi"), Optional.of(last), NOW).decide();
    }

    @Test
    void somethingElseIsAskedForOnlyOnceTheDriverHasSaidThatItWasNotDone() {
        assertThat(inWords(afterFailure("9Gi", "9Gi", true))).isEqualTo("wait 15");
        assertThat(inWords(afterFailure("2Gi", "9Gi", true))).isEqualTo("expand to 2Gi");
        assertThat(inWords(afterFailure("2Gi", "9Gi", false))).isEqualTo("wait 15");
    }

    @Test
    void aClaimThatIsNotBoundToTheVolumeIsLeftAlone() {
        PersistentVolumeClaim claim = asking(bound(), "2Gi");
        PersistentVolumeClaim lost = claim.withStatus(claim.status().withPhase("Lost"));
        assertThat(inWords(new ResizePass(lost, volume(lost), Optional.empty(), NOW).decide()))
                .isEqualTo("nothing");
        PersistentVolumeClaim other = claim.withMetadata(claim.metadata().withUid("u2"));
        assertThat(inWords(new ResizePass(other, volume(claim), Optional.empty(), NOW).decide()))
                .isEqualTo("nothing");
    }
}
