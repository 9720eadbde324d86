package dev.jarbor.junit;

/** How long a cluster lives. */
public enum Lifetime {
    /** Each test has one of its own. */
    TEST,
    /** The tests of a class share one; each still has a namespace of its own. */
    CLASS,
    /**
     * One is prepared for the class, and each test has a fork of it, which begins at that moment and knows of no other: where
     * the preparation takes long, and its tests must not disturb each other.
     */
    FORK
}
