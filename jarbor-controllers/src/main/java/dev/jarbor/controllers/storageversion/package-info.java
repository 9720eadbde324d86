/** In which version objects are kept: who still says so, and objects that are written anew. */
@NullMarked
package dev.jarbor.controllers.storageversion;

import org.jspecify.annotations.NullMarked;
