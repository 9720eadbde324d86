package dev.jarbor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ForwardingRuntimeTest extends RuntimeContract {
    private record Wrapped(Runtime target) implements ForwardingRuntime {}

    @Override
    Runtime open() {
        return new Wrapped(new SimulatedRuntime(7));
    }

    @Override
    <T> T await(Runtime runtime, Future<T> result) {
        if (runtime instanceof Wrapped(SimulatedRuntime simulation)) {
            simulation.runUntil(result::isDone, Duration.ofSeconds(1));
        }
        return result.resultNow();
    }

    @Test
    void whateverARuntimeCanDoIsPassedOn() {
        List<String> passedOn = Arrays.stream(ForwardingRuntime.class.getDeclaredMethods())
                .filter(Method::isDefault)
                .map(ForwardingRuntimeTest::signature)
                .toList();
        assertThat(Arrays.stream(Runtime.class.getDeclaredMethods())
                        .filter(method -> !method.isSynthetic())
                        .map(ForwardingRuntimeTest::signature))
                .isSubsetOf(passedOn);
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.toString(method.getParameterTypes());
    }

    @Test
    void workThatIsToComeLastComesLastBehindAWrapperToo() {
        var simulation = new SimulatedRuntime(1);
        Runtime runtime = new Wrapped(new Wrapped(simulation));
        var order = new ArrayList<String>();
        runtime.executeLast("last", () -> order.add("last"));
        runtime.execute("first", () -> {
            order.add("first");
            runtime.execute("second", () -> order.add("second"));
        });
        simulation.runUntilIdle();
        assertThat(order).containsExactly("first", "second", "last");
    }

    @Test
    void theWorldOutsideIsThatOfTheOtherOneWithWhatTheWrapperAdds() {
        try (var live = new LiveRuntime();
                var shared = new SharedRuntime(new SimulatedRuntime(1), live, Duration.ZERO)) {
            var wrapped = new Wrapped(live);
            assertThat(wrapped.outside()).isSameAs(wrapped);
            assertThat(new Wrapped(shared).outside()).isSameAs(live);
        }
    }
}
