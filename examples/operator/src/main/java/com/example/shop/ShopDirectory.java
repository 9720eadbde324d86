package com.example.shop;

/** Where the world finds shops; something outside of the cluster. Both calls may be repeated. */
public interface ShopDirectory {
    void list(String shop);

    /** @throws RuntimeException where the directory does not answer: the shop stays until it does */
    void remove(String shop);
}
