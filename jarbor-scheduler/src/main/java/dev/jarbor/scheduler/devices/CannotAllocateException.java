package dev.jarbor.scheduler.devices;

/** A claim asks for what nobody can say whether it can be had: a broken expression, too many devices. */
public final class CannotAllocateException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean here;

    private CannotAllocateException(String message, boolean here) {
        super(message, null, false, false);
        this.here = here;
    }

    /** On no node, whatever it has: the pod is not tried on others. */
    static CannotAllocateException anywhere(String message) {
        return new CannotAllocateException(message, false);
    }

    /** On this node; others may have what is wanted. */
    static CannotAllocateException here(String message) {
        return new CannotAllocateException(message, true);
    }

    /** Whether other nodes may do. */
    public boolean isOfNode() {
        return here;
    }

    /** Why, in the reference's words. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
