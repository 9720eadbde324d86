/**
 * What keeps pods from nodes and what speaks for one, under the names of the reference's plugins; each looks at a pod once and
 * then at any node, pure.
 */
@NullMarked
package dev.jarbor.scheduler.plugins;

import org.jspecify.annotations.NullMarked;
