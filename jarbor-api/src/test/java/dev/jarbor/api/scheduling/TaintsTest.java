package dev.jarbor.api.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaintsTest {
    private static final Taint DEDICATED =
            Taint.EMPTY.withKey("dedicated").withValue("db").withEffect(Taints.NO_SCHEDULE);

    @Test
    void valuesAreComparedOnlyWithEqual() {
        Toleration equal = Toleration.EMPTY.withKey("dedicated");
        assertThat(Taints.tolerates(equal.withValue("db"), DEDICATED)).isTrue();
        assertThat(Taints.tolerates(equal.withValue("web"), DEDICATED)).isFalse();
        assertThat(Taints.tolerates(equal.withValue("web").withOperator("Exists"), DEDICATED))
                .isTrue();
    }

    @Test
    void withoutAKeyOnlyExistsToleratesAndThenEverything() {
        assertThat(Taints.tolerates(Toleration.EMPTY.withValue("db"), DEDICATED))
                .isFalse();
        assertThat(Taints.tolerates(Toleration.EMPTY.withOperator("Exists"), DEDICATED))
                .isTrue();
    }

    @Test
    void anEffectNarrowsATolerationToItself() {
        Toleration execute =
                Toleration.EMPTY.withKey("dedicated").withOperator("Exists").withEffect(Taints.NO_EXECUTE);
        assertThat(Taints.untolerated(List.of(DEDICATED), List.of(execute), taint -> true))
                .contains(DEDICATED);
        assertThat(Taints.untolerated(
                        List.of(DEDICATED),
                        List.of(execute),
                        taint -> taint.effect().equals(Taints.NO_EXECUTE)))
                .isEmpty();
    }
}
