/** The rules of certificates.k8s.io: who is trusted, and certificates for pods. */
@NullMarked
package dev.jarbor.server.kinds.certificate;

import org.jspecify.annotations.NullMarked;
