/** Programs outside of the server that have a say in what it does: called over HTTPS with a JSON review. */
@NullMarked
package dev.jarbor.server.webhook;

import org.jspecify.annotations.NullMarked;
