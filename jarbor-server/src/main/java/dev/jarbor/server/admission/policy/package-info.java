/** Admission policies written in CEL: ValidatingAdmissionPolicy, MutatingAdmissionPolicy, and conditions of webhooks. */
@NullMarked
package dev.jarbor.server.admission.policy;

import org.jspecify.annotations.NullMarked;
