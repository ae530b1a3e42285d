"""The shop: what everybody sees, what an order costs and takes from store, and who may say so."""

from __future__ import annotations

from decimal import Decimal
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, RaiseException
from psycopg.types.json import Jsonb

from tests.central.central_rows import insert

PLACE = "select place_order(%s, %s, %s, p_coupon_code => %s)"
HOME = {"name": "Ada Buyer", "street": "Long Road 1", "city": "Porto", "country": "PT"}


class Shop:
    """A shop with a sack of food (12.10), a toy in two sizes, a coupon, and Ada who buys."""

    def __init__(self, central: Any) -> None:
        self.central, self.admin = central, central.admin()
        self.id = central.add_organization("Pet Shop", "pet_store")
        self.elsewhere = central.add_organization("Hill Farm")
        self.owner_id = central.add_user("owner", self.id, "owner")
        self.ada_id = central.add_user("ada", self.elsewhere, "viewer")
        central.add_user("eve", self.elsewhere, "owner")
        self.owner, self.ada = central.login("owner"), central.login("ada")
        self.eve = central.login("eve")
        self.stock = self.add("farm_inventory", name="Sacks")
        self.move(5)
        self.food = self.sell(name="Food", price="12.10", tax_rate=21, stock_item_id=self.stock)
        self.toy = self.sell(name="Toy", price="3.33", tax_rate=6)
        self.small = self.add("product_variants", product_id=self.toy, name="Small")
        self.large = self.add("product_variants", product_id=self.toy, name="Large", price="4.99")
        self.post = self.add("shipping_methods", name="Post", price="4.00", tax_rate=21)

    def add(self, table: str, login: Any = None, **values: Any) -> UUID:
        id = uuid4()
        insert(login or self.owner, table, {"id": id, "organization_id": self.id, **values})
        return id

    def sell(self, **values: Any) -> UUID:
        return self.add("products", status="active", **values)

    def move(self, quantity: int) -> None:
        movement = "receipt" if quantity > 0 else "use"
        self.add("inventory_transactions", item_id=self.stock, movement=movement, quantity=quantity)

    def in_store(self) -> Decimal:
        return Decimal(self.value("select sum(quantity) from inventory_transactions"))

    def value(self, query: str, *values: Any, login: Any = None) -> Any:
        return (login or self.admin).execute(query, values).fetchone()[0]

    def cart(self, *lines: tuple[UUID, UUID | None, int], login: Any = None) -> UUID:
        login = login or self.ada
        cart = self.add("carts", login)
        for product, variant, quantity in lines:
            self.add(
                "cart_items",
                login,
                cart_id=cart,
                product_id=product,
                variant_id=variant,
                quantity=quantity,
            )
        return cart

    def order(self, cart: UUID, coupon: str | None = None, login: Any = None) -> UUID:
        login = login or self.ada
        return UUID(str(self.value(PLACE, cart, self.post, Jsonb(HOME), coupon, login=login)))

    def totals(self, order: UUID) -> tuple[Decimal, ...]:
        query = "select subtotal, discount, shipping, total, tax from orders where id = %s"
        return tuple(self.ada.execute(query, (order,)).fetchone())


@pytest.fixture
def shop(central: Any) -> Shop:
    return Shop(central)


def d(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(amount) for amount in amounts)


def test_everybody_sees_what_is_active_with_its_variants(shop: Shop) -> None:
    picture = shop.add("product_images", product_id=shop.toy, url="https://example.org/toy.jpg")
    visitor = shop.central.admin()
    visitor.execute("set role anon")
    names = "select string_agg(name, ' ' order by name) from {}"
    assert shop.value(names.format("products"), login=visitor) == "Food Toy"
    assert shop.value(names.format("product_variants"), login=visitor) == "Large Small"
    shop.owner.execute(
        "update product_variants set status = 'archived' where id = %s", (shop.small,)
    )
    assert shop.value(names.format("product_variants"), login=visitor) == "Large"
    shop.owner.execute("update products set status = 'inactive' where id = %s", (shop.toy,))
    for login in (visitor, shop.ada):
        assert shop.value(names.format("products"), login=login) == "Food"
        assert shop.value(names.format("product_variants"), login=login) is None
        assert shop.value("select count(*) from product_images", login=login) == 0
    assert shop.value("select id from product_images", login=shop.owner) == picture
    available = "select is_available from product_availability(%s)"
    assert shop.value(available, [shop.food], login=visitor) is True
    shop.move(-5)
    assert shop.value(available, [shop.food], login=visitor) is False
    assert visitor.execute(available, ([shop.toy],)).fetchall() == []
    with pytest.raises(InsufficientPrivilege):
        visitor.execute("select * from coupons")


def test_an_order_costs_what_the_shop_says(shop: Shop) -> None:
    order = shop.order(shop.cart((shop.food, None, 2), (shop.toy, shop.large, 1)))
    # 24.20 with 4.20 tax in it, 4.99 with 0.28, shipping 4.00 with 0.69
    assert shop.totals(order) == d("29.19", "0.00", "4.00", "33.19", "5.17")
    assert shop.in_store() == 3
    lines = shop.ada.execute("select name, unit_price from order_items order by name").fetchall()
    assert lines == [("Food", Decimal("12.10")), ("Toy, Large", Decimal("4.99"))]
    shop.owner.execute("update products set price = 99 where id = %s", (shop.food,))
    assert shop.totals(order)[3] == Decimal("33.19")
    assert shop.value("select number from orders", login=shop.owner) == 1
    second = shop.order(shop.cart((shop.toy, shop.small, 1)))
    assert shop.value("select number from orders where id = %s", second) == 2
    for nobodys in ("orders", "order_items", "carts"):
        assert shop.value(f"select count(*) from {nobodys}", login=shop.eve) == 0


@pytest.mark.parametrize(
    ("coupon", "expected"),
    [
        ({"kind": "percent", "value": 10}, ("27.53", "2.75", "4.00", "28.78", "4.64")),
        ({"kind": "percent", "value": 50, "most_off": 5}, ("27.53", "5.00", "4.00", "26.53", None)),
        ({"kind": "amount", "value": 100}, ("27.53", "27.53", "4.00", "4.00", "0.69")),
        ({"kind": "free_shipping"}, ("27.53", "0.00", "0.00", "27.53", None)),
    ],
)
def test_a_coupon_takes_off_what_it_says(shop: Shop, coupon: Any, expected: Any) -> None:
    shop.add("coupons", code="SPRING", **coupon)
    order = shop.order(shop.cart((shop.food, None, 2), (shop.toy, shop.small, 1)), " spring ")
    totals = shop.totals(order)
    assert totals[:4] == d(*expected[:4])
    assert expected[4] is None or totals[4] == Decimal(expected[4])
    query = "select sum(discount), sum(line_total) from order_items where order_id = %s"
    off, together = shop.ada.execute(query, (order,)).fetchone()
    assert (off, together) == (totals[1], totals[0] - totals[1])


def test_a_coupon_is_used_within_its_limits(shop: Shop) -> None:
    shop.add("coupons", code="ONCE", kind="amount", value=1, most_uses_each=1)
    shop.add("coupons", code="LATE", value=10, ends_at="2020-01-01")
    shop.add("coupons", code="RICH", value=10, minimum_spend=1000)
    shop.add("coupons", code="YEN", value=10, currency="JPY")
    first = shop.order(shop.cart((shop.toy, shop.small, 1)), "once")
    cart = shop.cart((shop.toy, shop.small, 1))
    for code in ("ONCE", "LATE", "RICH", "YEN", "NONE", ""):
        with pytest.raises(RaiseException, match="coupon"):
            shop.order(cart, code)
    shop.ada.execute("select cancel_order(%s)", (first,))
    shop.order(cart, "ONCE")
    for login in (shop.ada, shop.eve):
        assert shop.value("select count(*) from coupons", login=login) == 0
        with pytest.raises(InsufficientPrivilege):
            login.execute("select * from use_coupon(%s, 'ONCE', 10, 'EUR')", (shop.id,))


def test_what_cannot_be_sold_is_not(shop: Shop) -> None:
    nothing = shop.cart()
    with pytest.raises(RaiseException, match="empty"):
        shop.order(nothing)
    shop.ada.execute("delete from carts")
    pill = shop.sell(name="Pill", price=1, is_prescription_only=True)
    for lines in (
        (shop.toy, None, 1),  # which size?
        (shop.food, shop.small, 1),
        (pill, None, 1),
    ):
        cart = shop.cart(lines, (shop.food, None, 1)) if lines[1] is None else shop.cart(lines)
        with pytest.raises(RaiseException, match="not sold"):
            shop.order(cart)
        shop.ada.execute("delete from carts")
    cart = shop.cart((shop.food, None, 6))
    with pytest.raises(RaiseException, match="store"):
        shop.order(cart)
    with pytest.raises(RaiseException, match="no such cart"):
        shop.order(cart, login=shop.eve)
    with pytest.raises(RaiseException, match="address"):
        shop.ada.execute(PLACE, (cart, shop.post, Jsonb({"name": "Ada"}), None))
    with pytest.raises(RaiseException, match="this way"):
        shop.ada.execute(PLACE, (cart, uuid4(), Jsonb(HOME), None))
    assert shop.value("select count(*) from orders") == 0
    assert shop.in_store() == 5


def test_the_last_one_is_sold_once(shop: Shop) -> None:
    carts = [
        (shop.cart((shop.food, None, 3)), shop.ada),
        (shop.cart((shop.food, None, 3), login=shop.eve), shop.eve),
    ]
    refused = []

    def buy(cart: UUID, login: Any) -> None:
        try:
            shop.order(cart, login=login)
        except psycopg.Error as error:
            refused.append(error)

    buyers = [Thread(target=buy, args=one) for one in carts]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert [type(error) for error in refused] == [RaiseException]
    assert shop.in_store() == 2


def test_a_cancelled_order_gives_back_and_no_step_leads_back(shop: Shop) -> None:
    order = shop.order(shop.cart((shop.food, None, 2)))
    with pytest.raises(RaiseException):
        shop.eve.execute("select cancel_order(%s)", (order,))
    shop.ada.execute("select cancel_order(%s, 'Too late')", (order,))
    assert shop.in_store() == 5
    with pytest.raises(RaiseException, match="cannot become"):
        shop.owner.execute("update orders set status = 'pending'")
    other = shop.order(shop.cart((shop.food, None, 1)))
    shop.owner.execute(
        "update orders set status = 'shipped', status_note = 'Off' where id = %s", (other,)
    )
    with pytest.raises(RaiseException):
        shop.ada.execute("select cancel_order(%s)", (other,))
    with pytest.raises(RaiseException, match="cannot become"):
        shop.owner.execute("update orders set status = 'cancelled' where id = %s", (other,))
    steps = (
        "select to_status, note, changed_by from order_status_history"
        " where order_id = %s order by changed_at"
    )
    assert shop.ada.execute(steps, (other,)).fetchall() == [
        ("pending", None, shop.ada_id),
        ("shipped", "Off", shop.owner_id),
    ]
    assert shop.value("select shipped_at is not null from orders where id = %s", other)


def test_nobody_names_their_own_price(shop: Shop) -> None:
    order = shop.order(shop.cart((shop.food, None, 1)))
    for login, query in (
        (shop.ada, "update orders set status = 'delivered'"),
        (shop.ada, "update products set price = 0"),
    ):
        assert login.execute(query).rowcount == 0
    for query in (
        "update orders set total = 0",
        "update orders set payment_status = 'completed'",
        "update order_items set unit_price = 0",
        "delete from order_status_history",
        "update carts set status = 'open'",
    ):
        for login in (shop.ada, shop.owner):
            with pytest.raises(InsufficientPrivilege):
                login.execute(query)
    with pytest.raises(InsufficientPrivilege):
        shop.add("orders", shop.ada, user_id=shop.ada_id)
    with pytest.raises(InsufficientPrivilege):
        shop.ada.execute("select take_from_stock(%s)", (order,))
    hidden = shop.add("products", name="Draft", price=1)
    cart = shop.add("carts", shop.ada)
    with pytest.raises(InsufficientPrivilege):
        shop.add("cart_items", shop.ada, cart_id=cart, product_id=hidden)
    with pytest.raises(InsufficientPrivilege):
        shop.add("cart_items", shop.eve, cart_id=cart, product_id=shop.food)
