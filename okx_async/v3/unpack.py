"""V3's answers, as each product wraps them, turned into plain rows of one shape per meaning.

Every function takes the JSON of an answer and returns the JSON of the rows, or ``None`` when it is not such an answer.
The pieces are moved as they are, never parsed and printed again, so no number loses a digit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

__all__ = [
    "Unpack",
    "account_rows",
    "algo_ids",
    "algo_ids_inside",
    "by_currency",
    "by_instrument",
    "canonical",
    "contract_leverage",
    "futures_accounts",
    "inside",
    "nested_positions",
    "one",
    "one_by_currency",
    "page",
    "shared_result",
    "sub_account",
    "swap_positions",
]

Unpack = Callable[[bytes], "bytes | None"]
_Object = dict[str, msgspec.Raw]

_object = msgspec.json.Decoder(_Object)
_list = msgspec.json.Decoder(list[msgspec.Raw])
_texts = msgspec.json.Decoder(list[str | int])
_encode = msgspec.json.Encoder().encode


def canonical(instrument: str) -> str:
    """Return an id in the exchange's main spelling: answers also say ``btc_usdt`` and ``btc-usdt``."""
    return instrument.upper().replace("_", "-")


def _as_object(raw: bytes | msgspec.Raw) -> _Object | None:
    try:
        return _object.decode(raw)
    except msgspec.MsgspecError:
        return None


def _as_list(raw: bytes | msgspec.Raw) -> list[msgspec.Raw] | None:
    """Return what a list holds, nothing where there is null instead of one."""
    if bytes(raw).strip() == b"null":
        return []
    try:
        return _list.decode(raw)
    except msgspec.MsgspecError:
        return None


def _joined(rows: Iterable[bytes | msgspec.Raw]) -> bytes:
    return b"[" + b",".join(bytes(row) for row in rows) + b"]"


def _with(row: bytes | msgspec.Raw, **texts: str) -> bytes:
    """Return an object with texts added where it does not have them."""
    fields = {name: value for name, value in (_as_object(row) or {}).items() if name not in texts or _says(value)}
    added = {name: msgspec.Raw(_encode(text)) for name, text in texts.items() if name not in fields}
    return _encode({**added, **fields})


def _says(value: msgspec.Raw) -> bool:
    return bytes(value).strip() not in (b"null", b'""')


def _rows_of(raw: bytes, each: Callable[[msgspec.Raw], bytes | None]) -> bytes | None:
    """Apply a function to one object, or to every object of a list; ``None`` when it refuses one."""
    rows = _as_list(raw)
    if rows is None:
        return each(msgspec.Raw(raw))
    made = [each(row) for row in rows]
    return None if None in made else _joined(row for row in made if row is not None)


def inside(*names: str) -> Unpack:
    """Return a function that takes what lies under a name; with several names, each in the one before."""

    def unpack(raw: bytes) -> bytes | None:
        found: bytes | msgspec.Raw = raw
        for name in names:
            fields = _as_object(found)
            if fields is None or name not in fields:
                return None
            found = fields[name]
        return bytes(found)

    return unpack


def page(raw: bytes) -> bytes:
    """Take the rows of a list that comes with its cursors: ``[[rows], {"OK-BEFORE": .., "OK-AFTER": ..}]``.

    The documents print it so in places; practice is a flat list, which is returned as it is.
    """
    head = raw[:16].replace(b" ", b"").replace(b"\n", b"")
    if not head.startswith((b"[[{", b"[[]")):
        return raw
    parts = _as_list(raw)
    return bytes(parts[0]) if parts and len(parts) <= 2 else raw


def one(raw: bytes) -> bytes | None:
    """Take the only row of a list: the answer about one thing is sometimes a list of one; nothing becomes ``{}``."""
    rows = _as_list(page(raw))
    if rows is None:
        return raw
    return bytes(rows[0]) if rows else b"{}"


def by_instrument(raw: bytes) -> bytes | None:
    """``{"btc_usdt": [rows], ..}`` to one list, each row with its ``instrument_id`` in the main spelling."""
    fields = _as_object(raw)
    if fields is None:
        return None
    rows: list[bytes] = []
    for name, value in fields.items():
        listed = _as_list(value)
        if listed is None:
            return None
        rows.extend(_with(row, instrument_id=canonical(name)) for row in listed)
    return _joined(rows)


def by_currency(raw: bytes) -> bytes | None:
    """Margin: the keys ``currency:BTC`` of a pair, one row or a list of rows, to a list ``currencies``."""

    def each(row: msgspec.Raw) -> bytes | None:
        fields = _as_object(row)
        if fields is None:
            return None
        mark = "currency:"
        found = [_with(value, currency=name[len(mark) :]) for name, value in fields.items() if name.startswith(mark)]
        kept = {name: value for name, value in fields.items() if not name.startswith(mark)}
        return _encode({**kept, "currencies": msgspec.Raw(_joined(found))}) if fields else b"{}"

    return _rows_of(raw, each)


def one_by_currency(raw: bytes) -> bytes | None:
    """Take the only row out of a list, and write its currencies as rows: `one`, then `by_currency`."""
    row = one(raw)
    return None if row is None else by_currency(row)


def sub_account(raw: bytes) -> bytes | None:
    """``{"data": {"account_type:spot": [rows], ..}}`` to one list ``balances``, each row with its ``account_type``."""
    data = inside("data")(raw)
    fields = _as_object(data) if data is not None else None
    if fields is None:
        return None
    mark = "account_type:"
    rows: list[bytes] = []
    for name, value in fields.items():
        if name.startswith(mark):
            rows.extend(_with(row, account_type=name[len(mark) :]) for row in _as_list(value) or ())
    kept = {name: value for name, value in fields.items() if not name.startswith(mark)}
    return _encode({**kept, "balances": msgspec.Raw(_joined(rows))})


def nested_positions(raw: bytes) -> bytes | None:
    """Futures: ``{"holding": [[rows]]}`` or ``{"holding": [rows]}`` to the rows."""
    holding = inside("holding")(raw)
    outer = _as_list(holding) if holding is not None else None
    if outer is None:
        return None
    rows: list[msgspec.Raw] = []
    for item in outer:
        nested = _as_list(item)
        rows.extend([item] if nested is None else nested)
    return _joined(rows)


def swap_positions(raw: bytes) -> bytes | None:
    """Swap: one wrapper ``{margin_mode, timestamp, holding: [rows]}`` or a list of such to the rows."""
    wrappers = _as_list(raw)
    rows: list[bytes] = []
    for item in [msgspec.Raw(raw)] if wrappers is None else wrappers:
        wrapper = _as_object(item)
        if wrapper is None or "holding" not in wrapper:
            return None
        said = {
            name: str(msgspec.json.decode(wrapper[name]))
            for name in ("margin_mode", "instrument_id")
            if name in wrapper and _says(wrapper[name])
        }
        rows.extend(_with(row, **said) for row in _as_list(wrapper["holding"]) or ())
    return _joined(rows)


def futures_accounts(raw: bytes) -> bytes | None:
    """Futures: accounts keyed by currency or underlying, plain or inside ``info``, to a list; ``{}`` to none.

    A row that does not say whose account it is gets the key: an underlying has a hyphen, a currency has none.
    """
    fields = _as_object(raw)
    if fields is not None and "info" in fields:
        fields = _as_object(fields["info"])
    if fields is None:
        return None
    rows: list[bytes] = []
    accounts = {name: value for name, value in fields.items() if _as_object(value) is not None}
    if fields and not accounts:
        return None
    for name, value in accounts.items():
        key = canonical(name)
        rows.append(_with(value, underlying=key) if "-" in key else _with(value, currency=key))
    return _joined(rows)


def account_rows(raw: bytes) -> bytes | None:
    """The push of futures accounts: a list of objects as `futures_accounts` takes them, to one list."""
    listed = [futures_accounts(bytes(item)) for item in _as_list(raw) or ()]
    if None in listed:
        return None
    return _joined(row for rows in listed if rows for row in _as_list(rows) or ())


def contract_leverage(raw: bytes) -> bytes | None:
    """Futures, fixed margin: the instrument ids that stand beside ``margin_mode`` as keys, to a list ``contracts``.

    Asking says ``long_leverage`` and ``short_leverage``, setting says ``long`` and ``short``: the former is kept.
    """
    fields = _as_object(raw)
    if fields is None:
        return None
    kept: _Object = {}
    rows: list[bytes] = []
    for name, value in fields.items():
        sides = _as_object(value)
        if sides is None:
            kept[name] = value
            continue
        long_short = {{"long": "long_leverage", "short": "short_leverage"}.get(key, key): v for key, v in sides.items()}
        rows.append(_with(_encode(long_short), instrument_id=canonical(name)))
    return _encode({**kept, "contracts": msgspec.Raw(_joined(rows))})


def shared_result(name: str) -> Unpack:
    """Return a function that gives each id its own row, where an answer has one outcome for all of them.

    Args:
        name: How the product calls the list of the exchange's ids; own ids are ``client_oids`` everywhere.
    """

    def unpack(raw: bytes) -> bytes | None:
        fields = _as_object(raw)
        if fields is None:
            return None
        rest = {key: value for key, value in fields.items() if key not in (name, "client_oids")}
        rows = [
            _encode({**rest, single: item})
            for many, single in ((name, "order_id"), ("client_oids", "client_oid"))
            for item in _as_list(fields.get(many, b"[]")) or ()
        ]
        return _joined(rows)

    return unpack


def algo_ids(raw: bytes) -> bytes | None:
    """Make ``algo_ids`` a list of texts: it comes as a list, as one id, or as a text that looks like a list."""
    fields = _as_object(raw)
    if fields is None:
        return None
    found = next((fields[name] for name in ("algo_ids", "algo_id") if name in fields), None)
    kept = {name: value for name, value in fields.items() if name not in ("algo_ids", "algo_id")}
    ids = [] if found is None else _ids(bytes(found))
    return _encode({**kept, "algo_ids": msgspec.Raw(_encode(ids))})


def _ids(raw: bytes) -> list[str]:
    if raw.strip() == b"null":
        return []
    if raw.startswith(b"["):
        return [str(item) for item in _texts.decode(raw)]
    text = str(msgspec.json.decode(raw))
    return [part.strip(" \"'") for part in text.strip("[] ").split(",") if part.strip(" \"'")]


def algo_ids_inside(raw: bytes) -> bytes | None:
    """`inside` ``data``, and then `algo_ids`."""
    data = inside("data")(raw)
    return None if data is None else algo_ids(data)
