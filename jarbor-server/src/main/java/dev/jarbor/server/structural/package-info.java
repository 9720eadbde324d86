/** Structural schemas: what a CustomResourceDefinition says of its objects, and pruning, defaulting and validation by it. */
@NullMarked
package dev.jarbor.server.structural;

import org.jspecify.annotations.NullMarked;
