/** Admission that is about no kind of object in particular. */
@NullMarked
package dev.jarbor.server.admission.general;

import org.jspecify.annotations.NullMarked;
