package dev.jarbor.cel.program;

import dev.jarbor.cel.value.Meter;

/** The state of one evaluation: its variables, and the slots of the loops it is in. */
final class Frame {
    final Variables variables;
    final Meter meter;
    final Object[] slots;

    Frame(Variables variables, Meter meter, int slots) {
        this.variables = variables;
        this.meter = meter;
        this.slots = new Object[slots];
    }
}
