/** Admission of claims for devices. */
@NullMarked
package dev.jarbor.server.admission.device;

import org.jspecify.annotations.NullMarked;
