package dev.jarbor.client;

import dev.jarbor.api.value.ObjectValue;

/** How to delete, as the body of a delete request; built up from {@link #NONE}. */
public record DeleteOptions(ObjectValue body) {
    public static final DeleteOptions NONE = new DeleteOptions(ObjectValue.EMPTY);

    /** Only if the object still has this uid. */
    public DeleteOptions ifUid(String uid) {
        return new DeleteOptions(body.update("preconditions", conditions -> conditions.with("uid", uid)));
    }

    /** Only if the object is still at this resource version. */
    public DeleteOptions ifResourceVersion(String version) {
        return new DeleteOptions(
                body.update("preconditions", conditions -> conditions.with("resourceVersion", version)));
    }

    /** Seconds the object may take to stop; 0 deletes at once. */
    public DeleteOptions grace(long seconds) {
        return new DeleteOptions(body.with("gracePeriodSeconds", seconds));
    }

    /** {@code Background}, {@code Foreground} or {@code Orphan}. */
    public DeleteOptions propagation(String policy) {
        return new DeleteOptions(body.with("propagationPolicy", policy));
    }
}
