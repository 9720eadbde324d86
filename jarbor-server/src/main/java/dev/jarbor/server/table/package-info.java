/** Objects as rows: what {@code kubectl get} prints is decided here, on the server (meta/v1 Table). */
@NullMarked
package dev.jarbor.server.table;

import org.jspecify.annotations.NullMarked;
