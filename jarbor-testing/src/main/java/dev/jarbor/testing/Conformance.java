package dev.jarbor.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The test is written from the description of an official Kubernetes conformance test. {@code docs/conformance.tsv} lists
 * those tests by id.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Conformance {
    /** Ids such as {@code AM-33}. */
    String[] value();
}
