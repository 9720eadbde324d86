@NullMarked
package dev.jarbor.cel.device;

import org.jspecify.annotations.NullMarked;
