/**
 * The control loops of a cluster. Each has a package of its own: the decision as pure code, and a thin loop around it
 * that reads from informers and writes through the API. {@link dev.jarbor.controllers.Controllers} lists them all.
 */
@NullMarked
package dev.jarbor.controllers;

import org.jspecify.annotations.NullMarked;
