package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.resource.v1.Counter;
import dev.jarbor.api.resource.v1.CounterSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pool of devices as one node sees it.
 *
 * @param devices those in slices that the node reaches; none unless the pool is complete
 * @param elsewhere the pool's other devices, which use up its counters too
 * @param counters how much there is of each counter, by {@code set/counter}
 */
record Pool(
        String driver,
        String name,
        State state,
        List<Candidate> devices,
        List<Candidate> elsewhere,
        Map<String, Quantity> counters) {
    enum State {
        COMPLETE,
        /** Not all of its slices are there. */
        INCOMPLETE,
        /** Its slices contradict each other. */
        INVALID
    }

    static Pool incomplete(String driver, String name) {
        return new Pool(driver, name, State.INCOMPLETE, List.of(), List.of(), Map.of());
    }

    /** One whose slices are all there; they may contradict each other. */
    static Pool of(
            String driver, String name, List<Candidate> devices, List<Candidate> elsewhere, List<CounterSet> sets) {
        var names = new HashSet<String>();
        var counters = new TreeMap<String, Quantity>();
        boolean valid = devices.stream().allMatch(one -> names.add(one.id().device()));
        for (CounterSet set : sets) {
            for (Map.Entry<String, Counter> counter : set.counters().entrySet()) {
                Quantity before = counters.put(
                        key(set.name(), counter.getKey()), counter.getValue().value_());
                valid &= before == null;
            }
        }
        valid &= consumesWhatThereIs(devices, counters) && consumesWhatThereIs(elsewhere, counters);
        return valid
                ? new Pool(driver, name, State.COMPLETE, devices, elsewhere, Collections.unmodifiableMap(counters))
                : new Pool(driver, name, State.INVALID, List.of(), List.of(), Map.of());
    }

    private static boolean consumesWhatThereIs(List<Candidate> devices, Map<String, Quantity> counters) {
        return devices.stream()
                .allMatch(one -> counters.keySet().containsAll(consumed(one).keySet()));
    }

    /** What {@code device} takes of the counters of its pool. */
    static Map<String, Quantity> consumed(Candidate device) {
        if (!device.device().hasConsumesCounters()) {
            return Map.of();
        }
        var consumed = new TreeMap<String, Quantity>();
        device.device()
                .consumesCounters()
                .forEach(consumption -> consumption
                        .counters()
                        .forEach((counter, amount) -> consumed.merge(
                                key(consumption.counterSet(), counter), amount.value_(), Quantity::add)));
        return consumed;
    }

    private static String key(String set, String counter) {
        return set + "/" + counter;
    }

    @Override
    public String toString() {
        return driver + "/" + name;
    }
}
