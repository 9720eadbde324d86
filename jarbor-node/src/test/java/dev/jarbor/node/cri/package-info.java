@NullMarked
package dev.jarbor.node.cri;

import org.jspecify.annotations.NullMarked;
