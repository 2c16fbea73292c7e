"""How many of the V5 endpoints declared here the other clients have a method for: ``python -m tests.witness.reach``

Read off the clients themselves: ccxt lists its implicit methods, python-okx has a constant for each path. Endpoints
that they have and this package has not are counted as well. Nothing is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from okx_async import catalogue

__all__ = ["CLIENTS", "ccxt", "ours", "python_okx"]

_ROOT = "/api/v5/"


def ours() -> set[str]:
    """Return the paths declared here."""
    return {endpoint.path for endpoint in catalogue() if endpoint.dialect == "v5"}


def python_okx() -> set[str]:
    """Return the paths that python-okx has constants for."""
    values = vars(import_module("okx.consts")).values()
    return {value.partition("?")[0] for value in values if isinstance(value, str) and value.startswith(_ROOT)}


def ccxt() -> set[str]:
    """Return the paths that ccxt has implicit methods for; its own ones use some of them."""
    return {_ROOT + path for path in _leaves(import_module("ccxt").okx().api)}


def _leaves(tree: Mapping[str, Any]) -> Iterator[str]:
    """Yield the paths of ccxt's tree of access, method and path."""
    for name, below in tree.items():
        if isinstance(below, dict) and name in ("public", "private", "get", "post"):
            yield from _leaves(below)
        else:
            yield name


CLIENTS: Mapping[str, Callable[[], set[str]]] = {"okx-async": ours, "ccxt": ccxt, "python-okx": python_okx}
"""What is counted, by package."""


def main() -> None:
    """Print the table."""
    mine = ours()
    print("| client | paths | of those declared here | others |\n|---|---:|---:|---:|")
    for package, read in CLIENTS.items():
        try:
            label = f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
        paths = read()
        print(f"| {label} | {len(paths)} | {len(paths & mine)} | {len(paths - mine)} |")


if __name__ == "__main__":
    main()
