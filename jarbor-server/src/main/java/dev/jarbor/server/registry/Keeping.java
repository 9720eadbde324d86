package dev.jarbor.server.registry;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;

/**
 * How the objects that the server works on are kept in the store. Built-in kinds are worked on in the very form that is
 * kept; custom resources in the version that was asked for, so their objects are converted on the way in and out.
 */
public interface Keeping {
    /** What is worked on is what is kept. */
    Keeping AS_IS = new Keeping() {
        @Override
        public ObjectValue loaded(ObjectValue kept) {
            return kept;
        }

        @Override
        public ObjectValue kept(ObjectValue object) {
            return object;
        }

        @Override
        public List<ObjectValue> loaded(List<ObjectValue> kept) {
            return kept;
        }
    };

    /** An object of the store as the server works on it. */
    ObjectValue loaded(ObjectValue kept);

    /** An object as it goes into the store. */
    ObjectValue kept(ObjectValue object);

    /** Several at once, in order; cheaper where somebody else converts them. */
    List<ObjectValue> loaded(List<ObjectValue> kept);
}
