package dev.jarbor.node.driver;

import dev.jarbor.api.Quantity;
import java.time.Duration;

/** What is to be done about the size of a claim's volume. */
sealed interface ResizeStep {
    /** It is as large as it should be, or the node has to go on. */
    record Nothing() implements ResizeStep {}

    /** The driver could not, and is left in peace for a while. */
    record Wait(Duration time) implements ResizeStep {}

    /**
     * The driver is asked.
     *
     * @param news whether that size was not asked for before
     */
    record Expand(Quantity size, boolean news) implements ResizeStep {}
}
