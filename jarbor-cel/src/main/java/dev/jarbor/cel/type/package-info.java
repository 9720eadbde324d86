/** What an expression may know about its input before it runs: types, names and sizes, from schemas. */
@NullMarked
package dev.jarbor.cel.type;

import org.jspecify.annotations.NullMarked;
