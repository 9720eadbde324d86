/** Admission of Services and Ingresses. */
@NullMarked
package dev.jarbor.server.admission.network;

import org.jspecify.annotations.NullMarked;
