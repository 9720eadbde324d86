/** Feature gates: which of the reference's features may be switched here, and which are on. */
@NullMarked
package dev.jarbor.server.features;

import org.jspecify.annotations.NullMarked;
