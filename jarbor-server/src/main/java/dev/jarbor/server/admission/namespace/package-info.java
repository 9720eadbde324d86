/** Admission that keeps objects to namespaces that are there. */
@NullMarked
package dev.jarbor.server.admission.namespace;

import org.jspecify.annotations.NullMarked;
