package dev.jarbor.etcd;

import dev.jarbor.etcd.proto.StatusResponse;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.StoreHealth;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** What the last look at etcd found. */
final class Lookout {
    private static final System.Logger LOG = System.getLogger(Lookout.class.getName());
    /** A look that is older says nothing. */
    private static final Duration STALE = Duration.ofSeconds(10);
    /** How a member tells of the cluster's alarms among its errors. */
    private static final Pattern ALARM = Pattern.compile("alarm:(\\w+)");

    private final Runtime runtime;
    private volatile Look last;
    private volatile StoreHealth.Space space = StoreHealth.Space.UNKNOWN;

    private record Look(long at, boolean answers, boolean inStep, long lag) {}

    Lookout(Runtime runtime) {
        this.runtime = runtime;
        this.last = new Look(runtime.nanoTime(), true, true, 0);
    }

    void answered(boolean inStep, long lag) {
        last = new Look(runtime.nanoTime(), true, inStep, lag);
    }

    void failed() {
        last = new Look(runtime.nanoTime(), false, false, last.lag());
    }

    /** What a member says of itself and of the cluster's alarms. */
    void measured(StatusResponse member) {
        List<String> alarms = member.getErrorsList().stream()
                .flatMap(error -> ALARM.matcher(error).results().map(found -> found.group(1)))
                .distinct()
                .sorted()
                .toList();
        List<String> before = space.alarms();
        space = new StoreHealth.Space(member.getDbSize(), member.getDbSizeInUse(), alarms);
        if (!alarms.equals(before)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    alarms.isEmpty()
                            ? "etcd's alarms are over"
                            : "etcd has alarms, and refuses to be written until they are disarmed (docs/etcd.md): alarms="
                                    + String.join(",", alarms) + " bytes=" + member.getDbSize());
        }
    }

    StoreHealth health() {
        Look look = last;
        boolean stale = runtime.nanoTime() - look.at > STALE.toNanos();
        return new StoreHealth(look.answers && !stale, look.inStep && !stale, look.lag, space);
    }
}
