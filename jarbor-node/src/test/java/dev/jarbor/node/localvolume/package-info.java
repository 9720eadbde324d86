@NullMarked
package dev.jarbor.node.localvolume;

import org.jspecify.annotations.NullMarked;
