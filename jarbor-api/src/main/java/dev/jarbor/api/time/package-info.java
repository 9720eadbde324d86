/** Times and durations in the forms that the API and kubectl write them. */
@NullMarked
package dev.jarbor.api.time;

import org.jspecify.annotations.NullMarked;
