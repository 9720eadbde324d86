/** Passing HTTP requests on to pods, Services, nodes and other API servers, and their answers back. */
@NullMarked
package dev.jarbor.server.proxy;

import org.jspecify.annotations.NullMarked;
