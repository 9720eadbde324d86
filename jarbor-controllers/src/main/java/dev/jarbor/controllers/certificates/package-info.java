/** CertificateSigningRequests: approved where they are of nodes, signed by the built-in signers, cleaned up. */
@NullMarked
package dev.jarbor.controllers.certificates;

import org.jspecify.annotations.NullMarked;
