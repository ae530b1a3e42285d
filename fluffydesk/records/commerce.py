"""The shop: products, carts, orders and coupons."""
