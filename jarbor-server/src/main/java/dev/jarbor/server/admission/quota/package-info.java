/** ResourceQuota: objects are charged in the transaction that writes them. */
@NullMarked
package dev.jarbor.server.admission.quota;

import org.jspecify.annotations.NullMarked;
