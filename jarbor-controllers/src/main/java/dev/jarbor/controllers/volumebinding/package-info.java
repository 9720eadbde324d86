/** Brings claims and persistent volumes together, and says what becomes of volumes whose claim is gone. */
@NullMarked
package dev.jarbor.controllers.volumebinding;

import org.jspecify.annotations.NullMarked;
