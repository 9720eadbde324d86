package dev.jarbor.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A walk as etcd sees it: it goes over all keys of each range, and returns a page of them. */
class StrideTest {
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private int lookedAt;

    @Test
    void everyKeyComesOnceAndEtcdGoesOverEachAFewTimes() {
        Stream<String> pods = IntStream.range(0, 100_000).mapToObj(i -> "/jarbor/pods/default/pod-" + i);
        NavigableSet<ByteString> keys = keys(pods);

        assertThat(walk(keys)).containsExactlyElementsOf(keys);
        assertThat(lookedAt).isLessThan(20 * keys.size());
    }

    @Test
    void keysOfManyKindsAndLengthsCostNoMore() {
        var random = new Random(7);
        Stream<String> mixed = IntStream.range(0, 50_000)
                .mapToObj(i -> "/jarbor/" + "kinds".repeat(random.nextInt(3)) + random.nextInt(9) + "/"
                        + Integer.toString(random.nextInt(99), 36) + "/"
                        + Long.toString(random.nextLong(), 36) + "x".repeat(random.nextInt(200)));
        NavigableSet<ByteString> keys = keys(mixed);

        assertThat(walk(keys)).containsExactlyElementsOf(keys);
        assertThat(lookedAt).isLessThan(20 * keys.size());
    }

    @Test
    void keysThatDifferOnlyFarBehindAreFoundToo() {
        NavigableSet<ByteString> keys = keys(IntStream.range(0, 2_000).mapToObj(i -> "/jarbor/" + "k".repeat(600) + i));

        assertThat(walk(keys)).containsExactlyElementsOf(keys);
    }

    @Test
    void nothingIsFoundInNothing() {
        assertThat(walk(keys(Stream.of()))).isEmpty();
    }

    private List<ByteString> walk(NavigableSet<ByteString> keys) {
        var found = new ArrayList<ByteString>();
        Loader.walk(
                request -> page(keys, request),
                ByteString.copyFromUtf8("/jarbor/"),
                ByteString.copyFromUtf8("/jarbor0"),
                0,
                each -> found.add(each.getKey()));
        return found;
    }

    private RangeResponse page(NavigableSet<ByteString> keys, RangeRequest request) {
        assertThat(ORDER.compare(request.getKey(), request.getRangeEnd())).isNegative();
        NavigableSet<ByteString> range = keys.subSet(request.getKey(), true, request.getRangeEnd(), false);
        int size = range.size();
        lookedAt += size;
        RangeResponse.Builder page = RangeResponse.newBuilder().setMore(size > request.getLimit());
        range.stream()
                .limit(request.getLimit())
                .forEach(key -> page.addKvs(KeyValue.newBuilder().setKey(key)));
        return page.build();
    }

    private static NavigableSet<ByteString> keys(Stream<String> texts) {
        var keys = new TreeSet<ByteString>(ORDER);
        texts.map(ByteString::copyFromUtf8).forEach(keys::add);
        return keys;
    }
}
