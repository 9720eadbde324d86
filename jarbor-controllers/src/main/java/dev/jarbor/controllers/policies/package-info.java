/** What the status of policies in CEL says about their expressions. */
@NullMarked
package dev.jarbor.controllers.policies;

import org.jspecify.annotations.NullMarked;
