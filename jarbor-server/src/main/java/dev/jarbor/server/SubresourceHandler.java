package dev.jarbor.server;

/** Carries out requests for one subresource. The caller has checked that the subresource has the verb. */
interface SubresourceHandler {
    Answer handle(Call call);
}
