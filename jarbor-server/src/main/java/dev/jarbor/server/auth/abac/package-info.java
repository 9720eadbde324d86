/** Authorisation by a file of policies. */
@NullMarked
package dev.jarbor.server.auth.abac;

import org.jspecify.annotations.NullMarked;
