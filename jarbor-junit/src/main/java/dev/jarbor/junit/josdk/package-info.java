/** Operators made with the Java Operator SDK, on the cluster's time. */
@NullMarked
package dev.jarbor.junit.josdk;

import org.jspecify.annotations.NullMarked;
