/** Makes the claims of volumes that live and die with their pod. */
@NullMarked
package dev.jarbor.controllers.ephemeralvolume;

import org.jspecify.annotations.NullMarked;
