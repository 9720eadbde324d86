/** Checked expressions as programs: planning, evaluation and what it costs. */
@NullMarked
package dev.jarbor.cel.program;

import org.jspecify.annotations.NullMarked;
