package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/** What came of an apply. */
public sealed interface Applied {
    /**
     * It went through.
     *
     * @param object the object as it is to be, in the version of the apply; not yet defaulted
     * @param owners who owns what then
     */
    record Done(ObjectValue object, Owners owners) implements Applied {}

    /** Others own what it would change. */
    record Conflicting(List<Conflict> conflicts) implements Applied {
        public Conflicting {
            conflicts = List.copyOf(conflicts);
        }
    }
}
