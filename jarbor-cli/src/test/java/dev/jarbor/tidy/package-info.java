/**
 * The house rules that a person cannot see slip, held by the build: who may see whom, what may be called where, and
 * how the tree looks. Each message names what to use instead. A rule that makes the code worse is changed here, in
 * the open, with its reason.
 */
@NullMarked
package dev.jarbor.tidy;

import org.jspecify.annotations.NullMarked;
