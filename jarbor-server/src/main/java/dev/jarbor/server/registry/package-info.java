/** Which resources are served, and the rules of each. */
@NullMarked
package dev.jarbor.server.registry;

import org.jspecify.annotations.NullMarked;
