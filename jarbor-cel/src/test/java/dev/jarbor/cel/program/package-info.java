@NullMarked
package dev.jarbor.cel.program;

import org.jspecify.annotations.NullMarked;
