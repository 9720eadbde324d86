/** What is recorded of requests, for those who must know afterwards who did what. */
@NullMarked
package dev.jarbor.server.audit;

import org.jspecify.annotations.NullMarked;
