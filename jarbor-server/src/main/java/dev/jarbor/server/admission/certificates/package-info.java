/** Admission of certificates and trust: who may approve, sign and attest what. */
@NullMarked
package dev.jarbor.server.admission.certificates;

import org.jspecify.annotations.NullMarked;
