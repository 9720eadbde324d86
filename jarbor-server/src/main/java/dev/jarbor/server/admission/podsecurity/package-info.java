/** Pod Security: the standards that a namespace's pods keep to. */
@NullMarked
package dev.jarbor.server.admission.podsecurity;

import org.jspecify.annotations.NullMarked;
