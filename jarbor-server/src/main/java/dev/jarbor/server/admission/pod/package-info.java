/** Admission that fills in and bounds pods because of what else is in the cluster. */
@NullMarked
package dev.jarbor.server.admission.pod;

import org.jspecify.annotations.NullMarked;
