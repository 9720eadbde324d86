package dev.jarbor.node.runtime;

/** The runtime could not be asked: it does not run, or refused. Asking again later may help. */
public final class ContainerRuntimeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ContainerRuntimeException(String message) {
        super(message);
    }

    public ContainerRuntimeException(String message, Throwable cause) {
        super(message, cause);
    }
}
