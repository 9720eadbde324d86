/** Lets claims, volumes and their classes go when nobody uses them any more. */
@NullMarked
package dev.jarbor.controllers.storageprotection;

import org.jspecify.annotations.NullMarked;
