/** Asking another service whether pods may have their images. */
@NullMarked
package dev.jarbor.server.admission.image;

import org.jspecify.annotations.NullMarked;
