/**
 * What works beside the driver of volumes, as the reference's CSI sidecars do: has volumes attached, expanded and changed by it,
 * and writes into the API how far that has come.
 */
@NullMarked
package dev.jarbor.node.driver;

import org.jspecify.annotations.NullMarked;
