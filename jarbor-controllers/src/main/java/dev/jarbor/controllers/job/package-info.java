/** Pods that run to completion: Jobs, and what comes after them. */
@NullMarked
package dev.jarbor.controllers.job;

import org.jspecify.annotations.NullMarked;
