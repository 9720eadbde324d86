package dev.jarbor.junit.josdk;

import dev.jarbor.embed.ClusterTime;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.Controller;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.timer.TimerEventSource;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Timer;

/**
 * Puts the timers of an operator on a cluster's time: {@code rescheduleAfter}, retries and rate limits then come when the
 * cluster's clock says so, and time that is advanced does not pass them by.
 *
 * <p>The SDK (5.x) has its {@code TimerEventSource} make a {@link Timer} of its own and takes no other, so the field that
 * holds it is set here; a version of the SDK that has no such field is refused.
 */
public final class OperatorTimers {
    private OperatorTimers() {}

    /**
     * From now on the timers of {@code operator}, which has been started, go by {@code time}. What they were to do before is
     * done at once: a reconciler may be called at any time.
     *
     * @throws IllegalStateException where the SDK is made otherwise, or the operator has not been started
     */
    public static void follow(Operator operator, ClusterTime time) {
        operator.getRegisteredControllers().forEach(registered -> {
            if (registered instanceof Controller<?> controller) {
                controller.getEventSourceManager().allEventSources().forEach(source -> {
                    if (source instanceof TimerEventSource<?> timers) {
                        follow(timers, time);
                    }
                });
            }
        });
    }

    private static void follow(TimerEventSource<?> source, ClusterTime time) {
        if (!(read(source, "timer") instanceof Timer before) || !(read(source, "onceTasks") instanceof Map<?, ?> due)) {
            throw new IllegalStateException(
                    "the operator has not been started, or its SDK keeps timers in another way");
        }
        write(source, time.timer());
        before.cancel();
        for (Object resource : List.copyOf(due.keySet())) {
            if (resource instanceof ResourceID id) {
                source.scheduleOnce(id, 0);
            }
        }
    }

    private static Object read(TimerEventSource<?> source, String name) {
        try {
            Object value = field(name).get(source);
            return value == null ? "nothing" : value;
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private static void write(TimerEventSource<?> source, Timer timer) {
        try {
            field("timer").set(source, timer);
        } catch (IllegalAccessException closed) {
            throw new IllegalStateException(closed);
        }
    }

    private static Field field(String name) {
        try {
            Field field = TimerEventSource.class.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException otherwise) {
            throw new IllegalStateException(
                    "this version of the Java Operator SDK keeps timers in another way", otherwise);
        }
    }
}
