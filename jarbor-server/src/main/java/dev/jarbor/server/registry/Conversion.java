package dev.jarbor.server.registry;

import dev.jarbor.api.value.ObjectValue;

/** Rewrites objects between a served version and the stored one; apiVersion and kind are written by the caller. */
public interface Conversion {
    /** The versions are the same. */
    Conversion NONE = new Conversion() {
        @Override
        public ObjectValue fromStored(ObjectValue object) {
            return object;
        }

        @Override
        public ObjectValue toStored(ObjectValue object) {
            return object;
        }
    };

    ObjectValue fromStored(ObjectValue object);

    ObjectValue toStored(ObjectValue object);
}
