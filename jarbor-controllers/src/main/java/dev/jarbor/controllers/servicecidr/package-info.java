/**
 * The ranges that Services get their addresses from.
 *
 * @see <a href="https://kubernetes.io/docs/reference/networking/service-ip-ranges/">Service ClusterIP ranges</a>
 */
@NullMarked
package dev.jarbor.controllers.servicecidr;

import org.jspecify.annotations.NullMarked;
