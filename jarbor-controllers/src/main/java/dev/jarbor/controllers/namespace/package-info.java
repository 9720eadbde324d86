/** Empties namespaces that are being deleted. */
@NullMarked
package dev.jarbor.controllers.namespace;

import org.jspecify.annotations.NullMarked;
