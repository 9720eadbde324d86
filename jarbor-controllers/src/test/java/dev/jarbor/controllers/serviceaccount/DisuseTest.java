package dev.jarbor.controllers.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.value.ObjectValue;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens that nobody asked for and nobody uses: marked after a year, gone after another. */
class DisuseTest {
    private static final LocalDate TODAY = LocalDate.parse("2032-06-01");
    private static final Disuse TRACKED = new Disuse(TODAY, LocalDate.parse("2030-01-01"));

    private static Secret secret(String created, Map<String, String> labels) {
        ObjectValue metadata = Json.object("{\"name\":\"robot-token\",\"namespace\":\"shop\"}")
                .with("creationTimestamp", created + "T00:00:00Z")
                .with("labels", ObjectValue.ofStrings(labels));
        return new Secret(ObjectValue.of("metadata", metadata));
    }

    private static Secret old(Map<String, String> labels) {
        return secret("2030-01-01", labels);
    }

    @Test
    void oneThatIsUnusedForAYearIsMarked() {
        assertThat(TRACKED.decide(old(Map.of()), true, false))
                .isInstanceOfSatisfying(
                        Disuse.Invalidate.class,
                        marked -> assertThat(marked.secret()
                                        .value()
                                        .object("metadata")
                                        .object("labels")
                                        .string(Disuse.INVALID_SINCE))
                                .isEqualTo("2032-06-01"));
        assertThat(TRACKED.decide(old(Map.of(Disuse.LAST_USED, "2031-05-01")), true, false))
                .isInstanceOf(Disuse.Invalidate.class);
    }

    @Test
    void oneThatIsMarkedForAYearGoes() {
        assertThat(TRACKED.decide(old(Map.of(Disuse.INVALID_SINCE, "2031-05-01")), true, false))
                .isEqualTo(new Disuse.Delete());
        assertThat(TRACKED.decide(old(Map.of(Disuse.INVALID_SINCE, "2031-07-01")), true, false))
                .isEqualTo(new Disuse.Keep());
    }

    @Test
    void whatIsAskedForMountedNewOrUsedStays() {
        var keep = new Disuse.Keep();

        assertThat(TRACKED.decide(old(Map.of()), false, false)).isEqualTo(keep);
        assertThat(TRACKED.decide(old(Map.of()), true, true)).isEqualTo(keep);
        assertThat(TRACKED.decide(secret("2032-01-01", Map.of()), true, false)).isEqualTo(keep);
        assertThat(TRACKED.decide(old(Map.of(Disuse.LAST_USED, "2032-01-01")), true, false))
                .isEqualTo(keep);
        assertThat(TRACKED.decide(old(Map.of(Disuse.LAST_USED, "last-summer")), true, false))
                .as("nobody can say how long ago that was")
                .isEqualTo(keep);
    }

    @Test
    void nothingIsDoneBeforeUsesWereNotedForAYear() {
        assertThat(new Disuse(TODAY, LocalDate.parse("2032-01-01")).decide(old(Map.of()), true, false))
                .isEqualTo(new Disuse.Keep());
    }
}
