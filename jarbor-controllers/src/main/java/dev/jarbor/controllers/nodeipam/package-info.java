/** Gives nodes the ranges that their pods have addresses of. */
@NullMarked
package dev.jarbor.controllers.nodeipam;

import org.jspecify.annotations.NullMarked;
