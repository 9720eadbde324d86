package com.example.shop;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** A shop: some pods behind a Service, a greeting, and backups if it likes. */
@Group("example.com")
@Version("v1")
public class Shop extends CustomResource<ShopSpec, ShopStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
