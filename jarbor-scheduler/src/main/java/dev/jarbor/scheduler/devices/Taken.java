package dev.jarbor.scheduler.devices;

import dev.jarbor.api.Quantity;
import java.util.Map;

/**
 * A device that a search gives to a request.
 *
 * @param capacity what the request takes of its capacities
 */
record Taken(Request request, Candidate device, Map<String, Quantity> capacity) {
    /** Whether others may have the device too, as long as there is some of it left. */
    boolean isShare() {
        return device.device().allowMultipleAllocations() && !request.admin();
    }
}
