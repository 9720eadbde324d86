package dev.jarbor.server.kinds;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.registry.Strategy;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * A kind that needs only some defaults and checks.
 *
 * @param defaults fills in what is left open
 * @param rules adds what is wrong with an object
 * @param changes adds what is wrong with a change
 */
record Simple(UnaryOperator<ObjectValue> defaults, BiConsumer<ObjectValue, Checks> rules, Change changes)
        implements Strategy {

    /** Adds what is wrong with a change. */
    interface Change {
        void check(ObjectValue before, ObjectValue after, Checks checks);
    }

    static Simple defaulting(UnaryOperator<ObjectValue> defaults) {
        return new Simple(defaults, (object, checks) -> {}, (before, after, checks) -> {});
    }

    Simple checking(BiConsumer<ObjectValue, Checks> more) {
        return new Simple(defaults, more, changes);
    }

    Simple keeping(Change change) {
        return new Simple(defaults, rules, change);
    }

    @Override
    public ObjectValue withDefaults(ObjectValue object) {
        return defaults.apply(object);
    }

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        rules.accept(object, checks);
        return checks.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        changes.check(before, after, checks);
        return checks.errors();
    }
}
