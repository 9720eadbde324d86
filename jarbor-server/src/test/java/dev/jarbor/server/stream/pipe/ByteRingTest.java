package dev.jarbor.server.stream.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024, 5000})
    void whatGoesInComesOutInOrderAndNeverMoreThanItsCapacityIsHeld(int capacity) {
        var chance = new SplittableRandom(capacity);
        byte[] all = new byte[100_000];
        chance.nextBytes(all);
        var ring = new ByteRing(capacity);
        var out = new ByteArrayOutputStream();
        int in = 0;
        while (out.size() < all.length) {
            in += ring.put(all, in, Math.min(chance.nextInt(3000), all.length - in));
            assertThat(ring.size()).isEqualTo(in - out.size()).isLessThanOrEqualTo(capacity);
            assertThat(ring.isFull()).isEqualTo(ring.size() == capacity);
            byte[] taken = new byte[chance.nextInt(3000)];
            int count = ring.take(taken, 0, taken.length);
            out.writeBytes(Arrays.copyOf(taken, count));
        }
        assertThat(out.toByteArray()).isEqualTo(all);
        assertThat(ring.isEmpty()).isTrue();
    }
}
