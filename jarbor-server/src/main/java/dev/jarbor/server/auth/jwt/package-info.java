/** Tokens of OpenID Connect and other issuers of JSON web tokens. */
@NullMarked
package dev.jarbor.server.auth.jwt;

import org.jspecify.annotations.NullMarked;
