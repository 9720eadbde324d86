package dev.jarbor.api.value;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import org.junit.jupiter.api.Test;

class SharedValuesTest {
    private static ObjectValue pod(String name) {
        return Json.object("{\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"app\":\"web\"}},\"spec\":{\"containers\":[{\"image\":\"i\"}]}}");
    }

    @Test
    void equalPartsAreOneValue() {
        var shared = new SharedValues();
        ObjectValue one = shared.share(pod("one"));
        ObjectValue two = shared.share(pod("two"));

        assertThat(one).isEqualTo(pod("one"));
        assertThat(two).isEqualTo(pod("two"));
        assertThat(two.object("spec")).isSameAs(one.object("spec"));
        assertThat(two.object("metadata").object("labels"))
                .isSameAs(one.object("metadata").object("labels"));
    }

    @Test
    void whatIsTheVerySameInTheObjectBeforeStaysSoWithoutALook() {
        ObjectValue before = pod("one");
        ObjectValue renamed = before.update("metadata", metadata -> metadata.with("name", "two"));
        var empty = new SharedValues();

        ObjectValue shared = empty.share(renamed, before);

        assertThat(shared).isEqualTo(renamed);
        assertThat(shared.object("spec")).isSameAs(before.object("spec"));
        assertThat(empty.share(pod("three")).object("spec"))
                .as("nothing of it was noted")
                .isNotSameAs(before.object("spec"));
    }

    @Test
    void whatIsSharedAlreadyStaysTheVerySame() {
        var shared = new SharedValues();
        ObjectValue one = shared.share(pod("one"));

        assertThat(shared.share(one)).isSameAs(one);
    }
}
