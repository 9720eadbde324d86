/** What several control loops need: ownership, claims, the state of pods, and protection against stale reads. */
@NullMarked
package dev.jarbor.controllers.common;

import org.jspecify.annotations.NullMarked;
