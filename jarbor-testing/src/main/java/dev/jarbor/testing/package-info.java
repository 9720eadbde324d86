/** What Jarbor's own tests need of the machine they run on. Never part of the product. */
@NullMarked
package dev.jarbor.testing;

import org.jspecify.annotations.NullMarked;
