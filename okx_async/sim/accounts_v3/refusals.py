"""Today's refusals in the codes of 2020. The rooms below speak V5; a user of V3 is told in V3's own numbers."""

from __future__ import annotations

from ..query_v3 import Refusal
from ..query_v5 import Refusal as RefusalV5

__all__ = ["SHORT", "not_found", "status_of", "translated"]

SHORT = frozenset((33017, 32015, 35047, 36238))
"""Codes of an order its owner cannot pay for; a batch with one of them is HTTP 400."""

_NOT_SIMULATED = "50062"
_STATUS = {30012: 401, 30013: 401, 30014: 429, 30037: 501, 32004: 200, 32047: 500, 35105: 200}

# Spot, futures and swap in this order.
_ORDERS: dict[str, tuple[int, int, int]] = {
    "51003": (33059, 32031, 35059),
    "51004": (33085, 32072, 35021),
    "51005": (33061, 32005, 35019),
    "51006": (33013, 32020, 35014),
    "51008": (33017, 32015, 35047),
    "51010": (30012, 32002, 35005),
    "51020": (33024, 32018, 35012),
    "51023": (33014, 32041, 35010),
    "51025": (33036, 32074, 35039),
    "51101": (33061, 32005, 35019),
    "51102": (33036, 32074, 35039),
    "51112": (33017, 32014, 35010),
    "51115": (33013, 32076, 35017),
    "51124": (33034, 32011, 35022),
    "51148": (33017, 32014, 35010),
    "51169": (33017, 32041, 35010),
    "51170": (33017, 32014, 35010),
    "51171": (33017, 32014, 35010),
    "51185": (33061, 32005, 35019),
    "51201": (33061, 32087, 35105),
    "51202": (33061, 32087, 35105),
    "51400": (33014, 32004, 35029),
    "51502": (33017, 32015, 35047),
    "51503": (33014, 32004, 35029),
    "51506": (33013, 32030, 35049),
    "51521": (33017, 32041, 35010),
    "51603": (33014, 32004, 35029),
    "59000": (30024, 32070, 35017),
    "59102": (33065, 32021, 35015),
}
_OPTIONS = {
    "51004": 36228,
    "51006": 36222,
    "51008": 36238,
    "51010": 36104,
    "51018": 36202,
    "51020": 36221,
    "51025": 36226,
    "51101": 36224,
    "51102": 36225,
    "51502": 36239,
    "51503": 36216,
}
_ALGOS: dict[str, tuple[int, int, int]] = {
    "51261": (33036, 32046, 35083),
    "51260": (33036, 32049, 35081),
    "51262": (33036, 32053, 35077),
    "51263": (33036, 32058, 35072),
    "51299": (33036, 32046, 35083),
    "51311": (33039, 32048, 35080),
}
_ACCOUNTS = {
    "50014": 30023,
    "50015": 30023,
    "51000": 30024,
    "58115": 34015,
    "58119": 34014,
    "58123": 34016,
    "58127": 34032,
    "58128": 34032,
    "58201": 34015,
    "58206": 34006,
    "58209": 34022,
    "58350": 34008,
}
_ELSE = {"spot": 33013, "margin": 33013, "option": 36217}
_PLACES = {"spot": 0, "margin": 0, "futures": 1, "swap": 2}
_NOT_FOUND = {"futures": 32004, "swap": 35029}


def status_of(code: int) -> int:
    """Return the HTTP status that a code comes with. (Error codes)"""
    return _STATUS.get(code, 400)


def translated(refusal: RefusalV5, product: str) -> Refusal:
    """Return a refusal in V3's codes, with the words it came with.

    Where the documents of 2020 have no code for a case, trading says that the order failed, on spot (33013) and of
    options (36217), and everything else is 30024 (a value is wrong).
    """
    if refusal.code == _NOT_SIMULATED:
        return Refusal(30037, refusal.msg, 501)
    code = (_ACCOUNTS | (_OPTIONS if product == "option" else {})).get(refusal.code)
    if code is None:
        found = (_ORDERS | _ALGOS).get(refusal.code)
        code = found[_PLACES[product]] if found and product in _PLACES else _ELSE.get(product, 30024)
    return Refusal(code, refusal.msg, status_of(code))


def not_found(product: str, *, purged: bool = False) -> Refusal:
    """Return the refusal of an order that is not there, or not open any more; one that was there once is HTTP 404."""
    code = _NOT_FOUND.get(product, 33014)
    return Refusal(code, "The order does not exist or is finished", 404 if purged else status_of(code))
