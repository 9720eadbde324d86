/**
 * What the API answers when it cannot do what was asked: statuses, their reasons, and field errors, in the reference's
 * words.
 */
@NullMarked
package dev.jarbor.api.status;

import org.jspecify.annotations.NullMarked;
