/** Admission of what nodes say, and of what is said about nodes. */
@NullMarked
package dev.jarbor.server.admission.node;

import org.jspecify.annotations.NullMarked;
