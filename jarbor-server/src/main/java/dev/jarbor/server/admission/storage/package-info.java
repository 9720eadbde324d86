/** Admission of volumes and claims. */
@NullMarked
package dev.jarbor.server.admission.storage;

import org.jspecify.annotations.NullMarked;
