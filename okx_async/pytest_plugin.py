"""The pytest plugin: an exchange, clients on it and its faults as fixtures, for the tests of your own bot.

::

    @pytest.mark.asyncio
    @pytest.mark.okx_exchange(seed=3, instruments=40)
    async def test_my_bot(okx_exchange, okx_client, okx_faults):
        okx_faults.drop("books", "BTC-USDT")
        ...
        await okx_exchange.step()

It needs pytest-asyncio, in either of its modes. ``-p no:okx_async`` switches it off.

Pytest loads it in every run of every project of an environment, so the simulator and the clients are imported when a
fixture is first used.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from okx_async import OKX, OKEx
    from okx_async.sim import Exchange, Faults

__all__ = ["okex_client", "okx_client", "okx_exchange", "okx_faults", "pytest_configure"]

_MARKER = "okx_exchange(**options): arguments of okx_async.sim.Exchange for the fixture of that name, e.g. seed=3"
_DEFAULTS: dict[str, Any] = {"rate": 0.0}


async def okx_exchange(request: pytest.FixtureRequest) -> AsyncIterator[Exchange]:
    """A running simulated exchange, ``okx_async.sim.Exchange``; its market moves when the test calls ``step``.

    Its arguments are those of the marker ``okx_exchange``, of the test, its class and its module; without any it is
    ``Exchange(rate=0)``, and with ``rate=20`` the market moves by itself.
    """
    import pytest_asyncio

    if not pytest_asyncio.is_async_test(request.node):
        pytest.fail("okx_exchange serves on the event loop of the test: make the test `async def`", pytrace=False)
    from okx_async.sim import Exchange

    try:
        exchange = Exchange(**_options(request.node))
    except (TypeError, ValueError) as error:
        pytest.fail(f"pytest.mark.okx_exchange: {error}", pytrace=False)
    async with exchange:
        yield exchange


async def okx_client(okx_exchange: Exchange) -> AsyncIterator[OKX]:
    """A V5 client, ``okx_async.OKX``, on `okx_exchange`, with a key of that exchange."""
    from okx_async import OKX

    async with OKX(okx_exchange.credentials[0], site=okx_exchange.site) as okx:
        yield okx


async def okex_client(okx_exchange: Exchange) -> AsyncIterator[OKEx]:
    """A V3 client, ``okx_async.v3.OKEx``, on `okx_exchange`, with a key of that exchange."""
    from okx_async import OKEx

    async with OKEx(okx_exchange.credentials[0], site=okx_exchange.site) as okex:
        yield okex


def okx_faults(okx_exchange: Exchange) -> Faults:
    """The faults of `okx_exchange`, ``okx_async.sim.Faults``: what is planned, and what has fired."""
    return okx_exchange.faults


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker, and make the fixtures of what this run has for asyncio."""
    config.addinivalue_line("markers", _MARKER)
    asyncio_plugin = sys.modules.get("pytest_asyncio.plugin")
    there = asyncio_plugin is not None and config.pluginmanager.is_registered(asyncio_plugin)
    config.pluginmanager.register(_fixtures(_async_fixture if there else _refusal), "okx_async fixtures")


def _fixtures(made: Callable[[Callable[..., Any]], Any]) -> ModuleType:
    """Return a module of fixtures; the asynchronous ones are made by ``made``."""
    # Which decorator is right is known only now, when all plugins are there.
    holder = ModuleType("okx_async fixtures", __doc__)
    for function in (okx_exchange, okx_client, okex_client):
        setattr(holder, function.__name__, made(function))
    setattr(holder, okx_faults.__name__, pytest.fixture(okx_faults))
    return holder


def _async_fixture(function: Callable[..., Any]) -> Any:
    import pytest_asyncio

    return pytest_asyncio.fixture(function)


def _refusal(function: Callable[..., Any]) -> Any:
    """Return a fixture that says what it lacks to whoever asks for it."""

    def lacking() -> None:
        pytest.fail(f"{function.__name__} needs the plugin pytest-asyncio: pip install pytest-asyncio", pytrace=False)

    lacking.__doc__ = function.__doc__
    return pytest.fixture(lacking, name=function.__name__)


def _options(node: pytest.Item) -> dict[str, Any]:
    """Put the markers of a test together; the nearest one decides."""
    options = dict(_DEFAULTS)
    for marker in reversed(list(node.iter_markers("okx_exchange"))):
        if marker.args:
            raise TypeError("name every argument, e.g. seed=3")
        options |= marker.kwargs
    return options
