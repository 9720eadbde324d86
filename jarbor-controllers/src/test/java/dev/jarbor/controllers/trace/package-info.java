/** Scripts that say what a control loop writes and tells when, and their replay. */
@NullMarked
package dev.jarbor.controllers.trace;

import org.jspecify.annotations.NullMarked;
