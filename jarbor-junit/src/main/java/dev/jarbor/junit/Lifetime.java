package dev.jarbor.junit;

/** How long a cluster lives. */
public enum Lifetime {
    /** Each test has one of its own. */
    TEST,
    /** The tests of a class share one; each still has a namespace of its own. */
    CLASS
}
