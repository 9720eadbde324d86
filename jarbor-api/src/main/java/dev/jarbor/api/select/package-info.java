/** Label and field selectors: parsed with the reference's grammar and errors, printed canonically, and matched. */
@NullMarked
package dev.jarbor.api.select;

import org.jspecify.annotations.NullMarked;
