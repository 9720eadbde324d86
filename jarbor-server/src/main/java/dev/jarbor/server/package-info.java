/** The API server: one visible pipeline from a request to a commit, callable with and without HTTP. */
@NullMarked
package dev.jarbor.server;

import org.jspecify.annotations.NullMarked;
