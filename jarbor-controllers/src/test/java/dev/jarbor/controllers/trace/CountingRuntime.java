package dev.jarbor.controllers.trace;

import dev.jarbor.runtime.ForwardingRuntime;
import dev.jarbor.runtime.Runtime;

/**
 * A runtime whose uids and suffixes of names count up: who is older has the smaller one, whatever else of the program draws from
 * chance. Loops decide by them between pods that are otherwise alike.
 */
final class CountingRuntime implements ForwardingRuntime {
    private final Runtime time;
    private int uids;
    private int suffixes;

    CountingRuntime(Runtime time) {
        this.time = time;
    }

    @Override
    public Runtime target() {
        return time;
    }

    @Override
    public String newUid() {
        return String.format("00000000-0000-4000-8000-%012d", ++uids);
    }

    @Override
    public String newSuffix(int length) {
        return String.format("%0" + length + "d", ++suffixes);
    }
}
