/** The rules of the kinds that keep pods running, or run them to their end. One class a kind. */
@NullMarked
package dev.jarbor.server.kinds.workload;

import org.jspecify.annotations.NullMarked;
