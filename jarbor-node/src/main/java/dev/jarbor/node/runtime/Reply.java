package dev.jarbor.node.runtime;

/**
 * Where the outcome of one operation goes, once. It may come from any thread on the live runtime; on the simulated one it
 * comes as a task of its own.
 */
@FunctionalInterface
public interface Reply<T> {
    void completed(Outcome<T> outcome);

    default void ok(T value) {
        completed(new Outcome.Ok<>(value));
    }

    default void failed(FailureKind kind, String message) {
        completed(new Outcome.Failed<>(kind, message));
    }

    /** A reply that nobody waits for. */
    static <T> Reply<T> ignored() {
        return outcome -> {};
    }

    /** How an operation ended. */
    sealed interface Outcome<T> {
        record Ok<T>(T value) implements Outcome<T> {}

        /** It failed; {@code message} is the runtime's own text. */
        record Failed<T>(FailureKind kind, String message) implements Outcome<T> {}
    }

    /** What kind of failure it was, where the agent's answer differs. */
    enum FailureKind {
        /** The image, container or command is not there. */
        NOT_FOUND,
        /** It took longer than allowed. */
        TIMEOUT,
        /** The container could not be made from its configuration. */
        CREATE,
        /** The container was made but its process did not start. */
        START,
        /** This runtime cannot do that. */
        UNSUPPORTED,
        OTHER
    }
}
