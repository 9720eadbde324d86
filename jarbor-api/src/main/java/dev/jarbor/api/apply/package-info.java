/**
 * Server-side apply: who owns which fields of an object, and what becomes of both when somebody applies or updates it.
 * Pure functions from values to values; the server says who, when and which version.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-Side Apply</a>
 */
@NullMarked
package dev.jarbor.api.apply;

import org.jspecify.annotations.NullMarked;
