package dev.jarbor.api.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A value as deep as a decoder lets through must not exhaust the stack of whoever handles it. */
class DeepValueTest {
    private static final int HALF_A_MEGABYTE = 512 * 1024;

    @Test
    void theDeepestValueFitsASmallStack() throws InterruptedException {
        var failures = new ArrayList<Throwable>();
        var thread = new Thread(null, () -> handle(failures), "small stack", HALF_A_MEGABYTE);
        thread.start();
        thread.join();

        assertThat(failures).isEmpty();
    }

    private static void handle(List<Throwable> failures) {
        int depth = Limits.DEFAULT.depth();
        String text =
                "{\"spec\":".repeat(depth / 2) + "[".repeat(depth / 2) + "]".repeat(depth / 2) + "}".repeat(depth / 2);
        try {
            ObjectValue deep = Json.object(text);
            ObjectValue again = Json.object(Json.pretty(deep, 1));
            assertThat(again.equals(deep) && again.hashCode() == deep.hashCode())
                    .isTrue();
            assertThat(Yaml.parse(Yaml.text(deep)).equals(deep)).isTrue();
            assertThat(Yaml.decode(text.getBytes(StandardCharsets.UTF_8), Limits.DEFAULT))
                    .hasSize(1);
            assertThat(JsonMergePatch.apply(deep, again).equals(deep)).isTrue();
            assertThat(JsonMergePatch.apply(ObjectValue.EMPTY, deep).equals(deep))
                    .isTrue();
            assertThat(JsonMergePatch.between(deep, deep.with("a", "b")).size()).isEqualTo(1);
            var pod = Schemas.builtIn().forKind("", "v1", "Pod").orElseThrow();
            assertThat(StrategicMergePatch.apply(deep, again, pod, Schemas.builtIn())
                            .equals(deep))
                    .isTrue();
            assertThat(StrategicMergePatch.apply(ObjectValue.EMPTY, deep, pod, Schemas.builtIn())
                            .equals(deep))
                    .isTrue();
        } catch (Throwable failure) {
            failures.add(failure);
        }
    }
}
