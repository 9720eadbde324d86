package dev.jarbor.server.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which features may be switched, and in which words the others are refused. */
class FeatureGatesTest {
    @ParameterizedTest
    @EnumSource(Feature.class)
    void aFeatureIsAsTheReferenceHasItUntilItIsSwitched(Feature feature) {
        assertThat(FeatureGates.DEFAULT.enabled(feature)).isEqualTo(feature != Feature.HPA_SCALE_TO_ZERO);
        assertThat(FeatureGates.parse(List.of(feature.gate() + "=false")).enabled(feature))
                .isFalse();
        assertThat(FeatureGates.parse(List.of("kube:" + feature.gate() + "=f", feature.gate() + "=True"))
                        .enabled(feature))
                .isTrue();
    }

    @Test
    void aGateMayBeSetToWhatItIs() {
        for (FeatureGates.Gate gate : FeatureGates.all()) {
            assertThat(FeatureGates.parse(List.of(gate.name() + "=" + gate.on()))
                            .enabled(Feature.WATCH_LIST))
                    .isTrue();
        }
        assertThat(FeatureGates.parse(List.of("AllAlpha=false")).enabled(Feature.WATCH_LIST))
                .isTrue();
    }

    @Test
    void everyGateHasAStageAndOnlyThoseThatAreDecidedAreLocked() {
        assertThat(FeatureGates.all()).hasSizeGreaterThan(200).allSatisfy(gate -> {
            assertThat(gate.stage()).isIn("ALPHA", "BETA", "GA", "DEPRECATED");
            if (gate.stage().equals("ALPHA")) {
                assertThat(gate.on()).as(gate.name()).isFalse();
            }
            if (gate.locked()) {
                assertThat(gate.stage()).as(gate.name()).isIn("GA", "DEPRECATED");
            }
        });
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> FeatureGates.parse(List.of("Flying=true")))
                .hasMessage("unrecognized feature gate: Flying");
        assertThatThrownBy(() -> FeatureGates.parse(List.of("VolumeAttributesClass=false")))
                .hasMessage("cannot set feature gate VolumeAttributesClass to false, feature is locked to true");
        assertThatThrownBy(() -> FeatureGates.parse(List.of("InPlacePodLevelResourcesVerticalScaling=false")))
                .hasMessage(
                        "feature gate InPlacePodLevelResourcesVerticalScaling cannot be changed here: it stays true");
        assertThatThrownBy(() -> FeatureGates.parse(List.of("AllBeta=false")))
                .hasMessage("AllBeta cannot be set to false here: name the gates one by one");
    }
}
