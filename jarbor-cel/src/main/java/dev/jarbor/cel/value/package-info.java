/** What expressions calculate with: views of API values, equality, order, and the meter that stops them. */
@NullMarked
package dev.jarbor.cel.value;

import org.jspecify.annotations.NullMarked;
