"""What the witnesses share: a simulator each, TLS where they insist on it, and their modules or a reason to skip.

A witness is somebody else's client, unmodified: it is told other URLs and a certificate authority, nothing more.
Ask for them with ``-m witness`` where the extra ``witness`` is installed.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from okx_async.sim import Exchange

from .seen import START


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whatever lies in this folder into the group; other people's warnings are not ours to fail on."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.witness)
            item.add_marker(pytest.mark.filterwarnings("default"))


@pytest.fixture
async def sim() -> AsyncIterator[Exchange]:
    """An exchange whose clock goes one second a step, so that a few hundred steps are some minutes of candles."""
    async with Exchange(seed=7, rate=0, start=START, step_ms=1_000, keep_history=True) as exchange:
        yield exchange


@pytest.fixture
async def tls_sim(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Exchange]:
    """The same behind TLS, for clients that speak nothing else; a parameter says what checksums it sends."""
    checksum: Any = getattr(request, "param", "on")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    options: dict[str, Any] = {"rate": 0, "start": START, "step_ms": 1_000, "keep_history": True}
    async with Exchange(seed=7, checksum=checksum, ssl_context=context, **options) as exchange:
        yield exchange


def _module(name: str, package: str) -> Any:
    return pytest.importorskip(name, reason=f"{package} is not installed; it comes with the extra `witness`")


@pytest.fixture
def ccxt_pro() -> Any:
    """The module ``ccxt.pro``."""
    return _module("ccxt.pro", "ccxt")


@pytest.fixture
def python_okx() -> Any:
    """A function that returns a module of python-okx."""
    _module("okx", "python-okx")
    return lambda name: _module(f"okx.{name}", "python-okx")


@pytest.fixture
def cryptofeed() -> Any:
    """The module ``cryptofeed`` with its exchanges loaded."""
    _module("cryptofeed.exchanges", "cryptofeed")
    return _module("cryptofeed", "cryptofeed")
