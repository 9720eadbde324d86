/** Times that a schedule of cron names. */
@NullMarked
package dev.jarbor.api.cron;

import org.jspecify.annotations.NullMarked;
