/** How many pods of an application may be taken away on purpose at the same time. */
@NullMarked
package dev.jarbor.controllers.disruption;

import org.jspecify.annotations.NullMarked;
