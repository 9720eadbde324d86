/** Says of claims that want more than they have who will see to it. */
@NullMarked
package dev.jarbor.controllers.volumeexpand;

import org.jspecify.annotations.NullMarked;
