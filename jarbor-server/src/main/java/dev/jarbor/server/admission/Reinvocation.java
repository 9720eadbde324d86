package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The one or two rounds of mutating admission for one object: when a webhook or policy has changed it, every step looks
 * at it once more, and of the webhooks and policies those that ask for it.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#reinvocation-policy">Reinvocation
 *     policy</a>
 */
public final class Reinvocation {
    /** Of the steps that remember something, which most requests have none of. */
    private Map<String, Memory> memories = Map.of();

    private boolean second;
    private boolean requested;

    /** Whether this is the second round. */
    public boolean isSecond() {
        return second;
    }

    /** Asks for a second round; in the second one nobody is heard. */
    public void request() {
        requested = true;
    }

    /** Begins the second round where somebody asked for it. */
    boolean beginsSecond() {
        second = requested && !second;
        return second;
    }

    /** What {@code step} remembers from round to round. */
    public Memory memory(String step) {
        if (memories.isEmpty()) {
            memories = new HashMap<>();
        }
        return memories.computeIfAbsent(step, absent -> new Memory());
    }

    /** Which webhooks, or policies, of one step are to be called again. */
    public static final class Memory {
        private final Set<String> called = new TreeSet<>();
        private final Set<String> due = new TreeSet<>();
        private ObjectValue last = ObjectValue.EMPTY;

        /** {@code name} was called and wants to be called again after later changes. */
        public void called(String name) {
            called.add(name);
        }

        /** The object has changed: whoever was called before is due again. */
        public void changed() {
            due.addAll(called);
            called.clear();
        }

        public boolean isDue(String name) {
            return due.contains(name);
        }

        /** How the step left the object. */
        public void left(ObjectValue object) {
            last = object;
        }

        /** Whether somebody else has changed the object since the step left it. */
        public boolean isChanged(ObjectValue object) {
            return !last.equals(object);
        }
    }
}
