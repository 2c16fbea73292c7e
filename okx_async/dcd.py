"""Dual currency deposits in one call: quoted, held against a floor, ordered while the quote lives, outcome known.

::

    order = await deposit(
        okx, product.product_id, "0.1", "BTC", tag="mycode", floor="0.05", cl_ord_id="march7"
    )

`deposit` is the form of brokers, `user_deposit` that of users: the same paths, two schemas. An order is sent once for
each quote that was good, and never again after its answer was lost: then it is looked for until the quote is dead, and
the call returns it, or says that nothing was bought, or says that nobody knows. `redeem` ends an order early in the
same way; that is documented for users only.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeVar

import msgspec

from .core.patience import waiting
from .errors import (
    BadAnswer,
    BadParameter,
    NotFound,
    NotReady,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Throttled,
    Unavailable,
)
from .v5.models.broker_dcd import DcdOrder
from .v5.models.earn_dcd import UserDcdOrder

if TYPE_CHECKING:
    from .client import OKX

__all__ = ["deposit", "redeem", "user_deposit"]

SLACK = 0.5
"""Seconds before its end from which a quote is not used any more: an order takes its time to arrive."""
GRACE = 5.0
"""Seconds after the end of a quote until an order by it must be seen, if it arrived."""
PATIENCE = 60.0
"""Seconds to find out what became of an order."""
_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
_NOT_NOW = (OutcomeUnknown, NotSent, RateLimited, Unavailable)
"""Why a look may fail and the next one may not."""
_ON_ITS_WAY = (None, "initial", "pending_book")
_REDEEMING = ("pending_redeem_booking", "pending_redeem", "redeeming")
"""Between an early redemption that was taken and its money. (Redeem, Order state)"""
_REDEEMED = (*_REDEEMING, "redeemed")

O = TypeVar("O", DcdOrder, UserDcdOrder)  # noqa: E741 - an order
O_co = TypeVar("O_co", covariant=True)

Amount = Decimal | str | int


async def deposit(
    okx: OKX,
    product_id: str,
    notional: Amount,
    notional_ccy: str,
    *,
    tag: str,
    floor: Amount,
    mark_up: Amount | None = None,
    cl_ord_id: str | None = None,
    patience: float = PATIENCE,
) -> DcdOrder:
    """Invest in a product, as a broker.

    With a ``cl_ord_id`` of its own a call can be repeated, also after a crash: an order of that id is returned, and
    none is made beside it.

    Args:
        okx: As whom.
        product_id: In what.
        notional: How much.
        notional_ccy: Of which currency: the product's.
        tag: The broker's code.
        floor: The lowest yearly yield, e.g. ``"0.05"`` for 5 %.
        mark_up: In place of the preset commission.
        cl_ord_id: 1 to 32 letters or digits, unique over all orders; made up by default.
        patience: For how many seconds the outcome is looked for.

    Returns:
        The order, ``live``; or still ``initial`` when the exchange takes longer than ``patience``.

    Raises:
        NotReady: Nothing was bought: the yield is below the floor, no quote lived long enough, the order did not
            arrive, or it was rejected.
        OutcomeUnknown: Nobody knows, and the message has the id to look for.
        Refused: The exchange said no.
    """
    name = cl_ord_id or secrets.token_hex(16)
    form = _BrokerForm(okx, product_id, _exact(notional, "notional"), notional_ccy, tag, mark_up, name)
    if cl_ord_id is not None:
        earlier = await form.find("")
        if earlier is not None:
            return await _settled(form, "", earlier, patience)
    return await _invest(form, _exact(floor, "floor"), patience)


async def user_deposit(
    okx: OKX,
    product_id: str,
    notional_sz: Amount,
    notional_ccy: str,
    *,
    floor: Amount,
    patience: float = PATIENCE,
) -> UserDcdOrder:
    """Invest in a product, as a user; otherwise as `deposit`.

    Users' orders have no id of their own, so an order whose answer was lost is known by its quote.
    """
    form = _UserForm(okx, product_id, _exact(notional_sz, "notional_sz"), notional_ccy)
    return await _invest(form, _exact(floor, "floor"), patience)


async def redeem(okx: OKX, ord_id: str, *, floor: Amount, patience: float = PATIENCE) -> UserDcdOrder:
    """End an order early, for not less than a floor.

    An order can be redeemed once only, so the same call can be repeated, also after a crash: it returns what an
    earlier one brought.

    Args:
        okx: As whom.
        ord_id: Which order; it must be ``live`` and inside its redemption window.
        floor: The least to be paid, in the quote's ``redeem_ccy``.
        patience: For how many seconds the outcome is looked for.

    Returns:
        The order, ``redeemed``; or still on its way there when the exchange takes longer than ``patience``.

    Raises:
        NotReady: Nothing was redeemed: the quote is below the floor, none lived long enough, or the request did not
            arrive.
        OutcomeUnknown: Nobody knows.
        Refused: The exchange said no.
    """
    form, least = _RedeemForm(okx, ord_id), _exact(floor, "floor")
    earlier = await form.find("")
    if earlier is not None:
        return await _settled(form, "", earlier, patience)
    return await _invest(form, least, patience)


def _exact(value: Amount, name: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        raise BadParameter(f"{name} must be text, int or Decimal, not {value!r}")
    try:
        number = Decimal(value)
    except ArithmeticError:
        number = Decimal("NaN")
    if not number.is_finite():
        raise BadParameter(f"{name} must be a number, not {value!r}")
    return number


@dataclass(frozen=True, slots=True)
class _Terms:
    """A quote.

    Attributes:
        quote_id: Its id.
        worth: What is held against the floor: the yearly yield, or what a redemption pays.
        ends: When it ends by the loop's clock, rather too early than too late.
        fits: Whether it is for what was asked.
    """

    quote_id: str
    worth: Decimal | None
    ends: float
    fits: bool


class _Form(Protocol[O_co]):
    """One of the schemas.

    Attributes:
        held: What is held against the floor, in words.
        nothing: What has not happened when it failed, in words.
        pending: States in which the outcome is not there yet.
    """

    held: str
    nothing: str
    pending: tuple[str | None, ...]

    async def quote(self) -> _Terms:
        """Ask for a quote."""
        ...

    async def place(self, quote_id: str) -> None:
        """Order by it."""
        ...

    async def find(self, quote_id: str) -> O_co | None:
        """Return the order, ``None`` when the exchange knows of none."""
        ...

    def __str__(self) -> str: ...


async def _invest(form: _Form[O], floor: Decimal, patience: float) -> O:
    loop = asyncio.get_running_loop()
    for _ in range(_TRIES):
        terms = await form.quote()
        if not terms.fits:
            raise NotReady(f"the quote is for something else than was asked for; {form.nothing}")
        if terms.worth is None or terms.worth < floor:
            raise NotReady(f"the {form.held} of {terms.worth} is below the floor of {floor}; {form.nothing}")
        left = terms.ends - SLACK - loop.time()
        if left <= 0:
            continue
        try:
            with waiting(at_most=left):
                await form.place(terms.quote_id)
        except Throttled:
            continue  # it would have gone out too late
        except (OutcomeUnknown, Unavailable) as error:  # a gateway's 502 does not tell what stands behind it
            found = await _search(form, terms, patience)
            if found is None:
                raise NotReady(f"the order did not arrive ({type(error).__name__}); {form.nothing}") from None
            return await _settled(form, terms.quote_id, found, patience)
        return await _settled(form, terms.quote_id, None, patience)
    raise NotReady(f"none of {_TRIES} quotes lived long enough to be used; {form.nothing}")


async def _search(form: _Form[O], terms: _Terms, patience: float) -> O | None:
    """Look for an order whose answer was lost: it is certain that there is none once the quote is dead."""
    loop = asyncio.get_running_loop()
    dead = max(loop.time(), terms.ends) + GRACE
    pause = _FIRST_PAUSE
    while True:
        began, sure = loop.time(), True
        try:
            found = await form.find(terms.quote_id)
        except _NOT_NOW:
            found, sure = None, False
        if found is not None or (sure and began >= dead):
            return found
        if began >= dead + patience:
            raise OutcomeUnknown(f"nobody knows whether {form} was made: look for it before you try again")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _settled(form: _Form[O], quote_id: str, order: O | None, patience: float) -> O:
    """Return an order that was accepted, once it is live."""
    loop = asyncio.get_running_loop()
    end, pause = loop.time() + patience, _FIRST_PAUSE
    while True:
        if order is not None and order.state == "rejected":
            raise NotReady(f"{form} was rejected after it had been accepted; {form.nothing}")
        if order is not None and (order.state not in form.pending or loop.time() >= end):
            return order
        if loop.time() >= end:
            raise OutcomeUnknown(f"{form} was accepted, and cannot be seen: look for it before you try again")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
        try:
            order = await form.find(quote_id) or order
        except _NOT_NOW:
            continue


class _Buying:
    """What both forms of deposits say."""

    held = "yield"
    nothing = "nothing was bought"
    pending: tuple[str | None, ...] = _ON_ITS_WAY


class _BrokerForm(_Buying):
    """Orders are known by their client id."""

    def __init__(
        self, okx: OKX, product_id: str, notional: Decimal, ccy: str, tag: str, mark_up: Amount | None, name: str
    ) -> None:
        self._dcd = okx.broker_dcd
        self._product_id = product_id
        self._notional = notional
        self._ccy = ccy
        self._tag = tag
        self._mark_up = mark_up
        self._name = name

    def __str__(self) -> str:
        return f"the order with cl_ord_id {self._name}"

    async def quote(self) -> _Terms:
        began = asyncio.get_running_loop().time()
        row = await self._dcd.request_quote(
            self._notional, self._ccy, self._product_id, self._tag, mark_up=self._mark_up
        )
        fits = (row.product_id, row.notional, row.notional_ccy) == (self._product_id, self._notional, self._ccy)
        return _Terms(row.quote_id or "", row.annual_yield, began + (row.ttl_ms or 0) / 1000, fits)

    async def place(self, quote_id: str) -> None:
        await self._dcd.place_order(quote_id, self._name)

    async def find(self, quote_id: str) -> DcdOrder | None:
        try:
            return await self._dcd.order(cl_ord_id=self._name)
        except NotFound:
            return None
        except BadAnswer:  # perhaps a list without a row; the list of all tells
            rows = await self._dcd.orders()
            return next((row for row in rows if row.cl_ord_id == self._name), None)


class _UserForm(_Buying):
    """Orders are known by their quote."""

    def __init__(self, okx: OKX, product_id: str, notional: Decimal, ccy: str) -> None:
        self._okx = okx
        self._product_id = product_id
        self._notional = notional
        self._ccy = ccy
        self._quote_id = ""

    def __str__(self) -> str:
        return f"the order by quote {self._quote_id}"

    async def quote(self) -> _Terms:
        """Ask for a quote."""
        clock = await _Moment.of(self._okx)
        row = await self._okx.earn_dcd.request_quote(self._product_id, self._notional, self._ccy)
        fits = (row.product_id, row.notional_sz, row.notional_ccy) == (self._product_id, self._notional, self._ccy)
        return _Terms(row.quote_id or "", row.annualized_yield, clock.until(row.valid_until), fits)

    async def place(self, quote_id: str) -> None:
        self._quote_id = quote_id
        await self._okx.earn_dcd.trade(quote_id)

    async def find(self, quote_id: str) -> UserDcdOrder | None:
        rows = await self._okx.earn_dcd.order_history()
        return next((row for row in rows if row.quote_id == quote_id), None)


class _RedeemForm:
    """An early redemption: known by what has become of the order."""

    held = "payment"
    nothing = "nothing was redeemed"
    pending: tuple[str | None, ...] = _REDEEMING

    def __init__(self, okx: OKX, ord_id: str) -> None:
        self._okx = okx
        self._ord_id = ord_id

    def __str__(self) -> str:
        return f"the early redemption of order {self._ord_id}"

    async def quote(self) -> _Terms:
        clock = await _Moment.of(self._okx)
        row = await self._okx.earn_dcd.request_redeem_quote(self._ord_id)
        return _Terms(row.quote_id or "", row.redeem_sz, clock.until(row.valid_until), row.ord_id == self._ord_id)

    async def place(self, quote_id: str) -> None:
        await self._okx.earn_dcd.redeem(self._ord_id, quote_id)

    async def find(self, quote_id: str) -> UserDcdOrder | None:
        """Return the order once it is being redeemed.

        Its state decides, and may be asked for more often than the list of orders, which may be behind.
        """
        state = (await self._okx.earn_dcd.order_status(self._ord_id)).state
        if state not in _REDEEMED:
            return None
        rows = await self._okx.earn_dcd.order_history(ord_id=self._ord_id)
        row = next((row for row in rows if row.ord_id == self._ord_id), UserDcdOrder(ord_id=self._ord_id))
        return row if row.state in _REDEEMED else msgspec.structs.replace(row, state=state)


@dataclass(frozen=True, slots=True)
class _Moment:
    """One moment on two clocks, the loop's and the exchange's: users' quotes tell their end by the latter.

    Attributes:
        loop: Before the exchange was asked, so that an end comes rather too early than too late.
        exchange: What it said, Unix milliseconds.
    """

    loop: float
    exchange: int

    @classmethod
    async def of(cls, okx: OKX) -> _Moment:
        """Ask the exchange for its time."""
        began = asyncio.get_running_loop().time()
        return cls(began, (await okx.public.time()).ts or 0)

    def until(self, end: int | None) -> float:
        """Return the loop's time at an end that the exchange has told."""
        return self.loop + ((end or 0) - self.exchange) / 1000
