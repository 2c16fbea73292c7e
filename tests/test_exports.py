"""What can be reached from the top is the public face: complete, sorted, documented."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import types

import pytest

import okx_async

DOORS = [
    "okx_async",
    "okx_async.v5",
    "okx_async.v3",
    "okx_async.sim",
    "okx_async.oauth",
    "okx_async.dcd",
    "okx_async.rebates",
    "okx_async.v5.channels",
    "okx_async.v3.channels",
]


@pytest.mark.parametrize("door", DOORS)
def test_every_exported_name_exists(door: str) -> None:
    """``__all__`` promises nothing that is not there, and is sorted."""
    module = importlib.import_module(door)
    for name in module.__all__:
        assert getattr(module, name) is not None
    assert len(set(module.__all__)) == len(module.__all__)


def test_the_front_door_exports_everything_it_imports() -> None:
    """Public names of the top are in ``__all__``; whatever is not is a module."""
    public = {
        name
        for name, value in vars(okx_async).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public | set(okx_async._LATER) == set(okx_async.__all__) - {"__version__"}
    assert all(getattr(okx_async, name) for name in okx_async.__all__)


def test_every_error_is_exported() -> None:
    """Whatever may be raised can be caught by a name from the front door."""
    for name in okx_async.errors.__all__:
        assert name in okx_async.__all__


@pytest.mark.parametrize("name", sorted(okx_async.__all__))
def test_public_things_are_documented(name: str) -> None:
    """Classes and functions say what they are for."""
    value = getattr(okx_async, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value)


def test_importing_brings_only_the_declared_dependencies() -> None:
    """No hidden extra is needed, and no command line or simulator is loaded unasked."""
    code = "import sys, okx_async; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    extras = ("rich", "numpy", "uvloop", "pytest", "cryptography", "keyring")
    rooms = ("okx_async.sim", "okx_async.cli", "okx_async.replay", "okx_async.oauth")
    loaded = set(done.stdout.split())
    assert not loaded & {*extras, *rooms}
    # Chapters and rooms of V5 are loaded when they are first used.
    assert not [name for name in loaded if name.startswith(("okx_async.v5.rest.", "okx_async.v5.models."))]
    assert not [name for name in loaded if name.startswith("okx_async.v5.channels.")]
