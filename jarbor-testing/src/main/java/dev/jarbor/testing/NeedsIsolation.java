package dev.jarbor.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test (or class of tests) that runs programs without a network; {@link Isolation} starts them. Where this user may not make
 * network namespaces the test is reported as not run, by name; with {@code JARBOR_REQUIRE_ISOLATION=1} it fails.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NeedsCondition.class)
@Tag("isolation")
public @interface NeedsIsolation {}
