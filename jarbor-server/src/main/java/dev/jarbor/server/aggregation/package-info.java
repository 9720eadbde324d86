/** Other API servers behind this one: what they serve is found, asked for and answered as if it were served here. */
@NullMarked
package dev.jarbor.server.aggregation;

import org.jspecify.annotations.NullMarked;
