package dev.jarbor.embed;

/** How the time of a cluster passes. */
public enum TimeMode {
    /** As everybody's; each task of the cluster has a virtual thread. */
    REAL,

    /**
     * Only when the cluster's {@link ClusterTime} is told to, and then in no time: it jumps from event to event. What is
     * due at the present instant always runs at once.
     */
    MANUAL,

    /** Like MANUAL, and by itself too, whenever everybody is idle, as fast as the settings' pace allows. */
    AUTO
}
