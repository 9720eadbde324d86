/** The cluster's own certificates: its authority, its servers, its users. Bouncy Castle makes them, and is used only here. */
@NullMarked
package dev.jarbor.server.tls;

import org.jspecify.annotations.NullMarked;
