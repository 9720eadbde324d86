/** Claims of devices: made for pods from templates, released when their pods have gone. */
@NullMarked
package dev.jarbor.controllers.resourceclaim;

import org.jspecify.annotations.NullMarked;
