/** A cluster for tests: {@link dev.jarbor.junit.JarborTest} and {@link dev.jarbor.junit.JarborExtension}. */
@NullMarked
package dev.jarbor.junit;

import org.jspecify.annotations.NullMarked;
