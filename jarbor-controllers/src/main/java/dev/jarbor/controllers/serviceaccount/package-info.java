/** What every namespace starts with: its default ServiceAccount and the cluster's root certificate. */
@NullMarked
package dev.jarbor.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
