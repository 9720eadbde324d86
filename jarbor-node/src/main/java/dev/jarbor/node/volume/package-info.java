/** What containers find in their file system: volumes made on the node, written so that readers never see a half. */
@NullMarked
package dev.jarbor.node.volume;

import org.jspecify.annotations.NullMarked;
