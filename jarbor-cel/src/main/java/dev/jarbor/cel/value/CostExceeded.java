package dev.jarbor.cel.value;

/** An evaluation was stopped because it cost more than it may; nothing in the expression can catch this. */
public final class CostExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CostExceeded() {
        super("operation cancelled: actual cost limit exceeded", null, false, false);
    }
}
