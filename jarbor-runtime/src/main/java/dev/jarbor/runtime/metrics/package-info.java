/** Counters, gauges and histograms, printed in the Prometheus text format. Every metric bounds its series. */
@NullMarked
package dev.jarbor.runtime.metrics;

import org.jspecify.annotations.NullMarked;
