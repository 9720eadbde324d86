package com.example.shop;

import dev.jarbor.junit.JarborTest;
import dev.jarbor.junit.Lifetime;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A cluster for the tests of a class, in which shops may be made. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@JarborTest(lifetime = Lifetime.CLASS, manifests = "/shop-definition.yaml")
@interface ShopTest {}
