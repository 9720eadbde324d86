/** What the server serves, told to clients: group discovery in its old form and in the aggregated one. */
@NullMarked
package dev.jarbor.server.discovery;

import org.jspecify.annotations.NullMarked;
