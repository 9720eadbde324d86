/** Paths into JSON values, as kubectl and printer columns write them. */
@NullMarked
package dev.jarbor.api.jsonpath;

import org.jspecify.annotations.NullMarked;
