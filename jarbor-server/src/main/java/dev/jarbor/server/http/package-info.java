/**
 * The API over HTTP/1.1 and HTTP/2 with TLS: a thin face that turns URLs, headers and bodies into requests of the server
 * core, and its answers into what clients accept. Nothing is decided here that the core could decide.
 */
@NullMarked
package dev.jarbor.server.http;

import org.jspecify.annotations.NullMarked;
