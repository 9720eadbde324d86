package com.example.shop;

import com.fasterxml.jackson.annotation.JsonInclude;

/** How a shop is. @param licence {@code valid} or {@code missing}; absent where none is asked for */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShopStatus(String phase, Integer readyReplicas, Long observedGeneration, String licence) {}
