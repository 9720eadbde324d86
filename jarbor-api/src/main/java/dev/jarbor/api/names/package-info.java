/** What names, labels and keys may look like, in the words in which the reference refuses them. */
@NullMarked
package dev.jarbor.api.names;

import org.jspecify.annotations.NullMarked;
