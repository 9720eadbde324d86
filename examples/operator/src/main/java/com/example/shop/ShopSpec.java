package com.example.shop;

import com.fasterxml.jackson.annotation.JsonInclude;

/** What a shop is to be. The server fills in what the definition has defaults for. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShopSpec(String image, Integer replicas, String greeting, String backup, String licence) {
    public static ShopSpec of(String image) {
        return new ShopSpec(image, null, null, null, null);
    }

    public ShopSpec withImage(String other) {
        return new ShopSpec(other, replicas, greeting, backup, licence);
    }

    public ShopSpec withReplicas(Integer other) {
        return new ShopSpec(image, other, greeting, backup, licence);
    }

    public ShopSpec withGreeting(String other) {
        return new ShopSpec(image, replicas, other, backup, licence);
    }

    public ShopSpec withBackup(String other) {
        return new ShopSpec(image, replicas, greeting, other, licence);
    }

    public ShopSpec withLicence(String other) {
        return new ShopSpec(image, replicas, greeting, backup, other);
    }
}
