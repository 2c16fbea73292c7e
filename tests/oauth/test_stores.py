"""Where tokens are kept: what goes in comes out, sealed where it must be, and nothing is shown when it fails."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from okx_async import BadParameter, Secret, TokenStoreFailed
from okx_async.oauth import EncryptedFileStore, KeyringStore, MemoryStore, TokenPair, TokenStore
from okx_async.oauth import sealed as sealed_room
from okx_async.v5.models.oauth import OAuthToken

PHRASE = "canary-phrase"
ALICE = TokenPair(Secret("canary-access"), Secret("canary-refresh"), 1.5, 2.5, "read_only", "eea")
BOB = TokenPair(Secret("canary-other"), None, 3.5, 4.5)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make keys quickly: their cost is not what is tested."""
    monkeypatch.setattr(sealed_room, "_COST", 2)


class _FakeKeyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> _FakeKeyring:
    """The package, with a keyring in memory as the system's."""
    made = _FakeKeyring()
    package = types.ModuleType("keyring")
    package.get_keyring = lambda: made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", package)
    return made


@pytest.mark.parametrize("kind", ["memory", "file", "keyring"])
async def test_what_goes_in_comes_out(kind: str, tmp_path: Path, keyring: _FakeKeyring) -> None:
    def opened() -> TokenStore:
        return EncryptedFileStore(tmp_path / "tokens", PHRASE) if kind == "file" else KeyringStore()

    store: TokenStore = MemoryStore() if kind == "memory" else opened()
    assert await store.load("alice") is None
    await store.delete("alice")
    await asyncio.gather(store.save("alice", BOB), store.save("bob", BOB))
    await store.save("alice", ALICE)
    again = store if kind == "memory" else opened()
    assert (await again.load("alice"), await again.load("bob")) == (ALICE, BOB)
    await again.delete("alice")
    assert (await store.load("alice"), await store.load("bob")) == (None, BOB)
    if kind == "keyring":
        assert list(keyring.kept) == [("okx-async", "bob")]


async def test_a_file_is_sealed_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    """Nothing in it can be read, no two writings are alike, and nothing else is left behind."""
    path = tmp_path / "tokens"
    store = EncryptedFileStore(path, PHRASE)
    await store.save("alice", ALICE)
    first = path.read_bytes()
    for text in ("canary", "alice", "read_only", "eea"):
        assert text.encode() not in first
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    await store.save("alice", BOB)
    await store.save("alice", ALICE)
    assert json.loads(path.read_bytes())["nonce"] != json.loads(first)["nonce"]
    assert os.listdir(tmp_path) == ["tokens"]


async def test_a_file_is_as_it_was_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tokens"
    store = EncryptedFileStore(path, PHRASE)
    await store.save("alice", ALICE)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TokenStoreFailed, match="No space left"):
        await store.save("alice", BOB)
    assert await EncryptedFileStore(path, PHRASE).load("alice") == ALICE
    assert os.listdir(tmp_path) == ["tokens"]


async def test_only_its_passphrase_opens_a_file(tmp_path: Path) -> None:
    await EncryptedFileStore(tmp_path / "tokens", PHRASE).save("alice", ALICE)
    other = EncryptedFileStore(tmp_path / "tokens", "another")
    for doing in (other.load("alice"), other.save("alice", BOB)):
        with pytest.raises(TokenStoreFailed, match="passphrase is wrong") as caught:
            await doing
        assert "canary" not in repr(caught.value)
        assert "another" not in str(caught.value)


@pytest.mark.parametrize("what", ["n", "salt", "nonce", "sealed", "version"])
async def test_a_file_that_was_changed_is_refused(what: str, tmp_path: Path) -> None:
    """Its cost and salt, too: they make another key."""
    path = tmp_path / "tokens"
    await EncryptedFileStore(path, PHRASE).save("alice", ALICE)
    content = json.loads(path.read_bytes())
    content[what] = 4 if what in ("n", "version") else content[what][:-4] + ("AAA=" if what != "salt" else "BBA=")
    path.write_text(json.dumps(content))
    with pytest.raises(TokenStoreFailed):
        await EncryptedFileStore(path, PHRASE).load("alice")


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b'{"version":1,"n":99999999,"salt":"","nonce":"","sealed":""}'])
async def test_what_is_no_token_file_is_told(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "tokens").write_bytes(raw)
    with pytest.raises(TokenStoreFailed, match="no token file"):
        await EncryptedFileStore(tmp_path / "tokens", PHRASE).load("alice")


async def test_a_file_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    with pytest.raises(TokenStoreFailed):
        await EncryptedFileStore(tmp_path, PHRASE).load("alice")
    with pytest.raises(TokenStoreFailed):
        await EncryptedFileStore(tmp_path / "nowhere" / "tokens", PHRASE).save("alice", ALICE)


def test_a_file_needs_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(BadParameter, match="empty"):
        EncryptedFileStore(tmp_path / "tokens", "")


async def test_what_a_keyring_says_is_not_shown(keyring: _FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its error may hold what it was given."""

    def refuse(service: str, name: str, text: str) -> None:
        raise ValueError(f"too long: {text}")

    monkeypatch.setattr(keyring, "set_password", refuse)
    with pytest.raises(TokenStoreFailed, match="set password: ValueError") as caught:
        await KeyringStore().save("alice", ALICE)
    assert caught.value.__context__ is None
    keyring.kept["okx-async", "alice"] = '{"access_token": "canary'
    with pytest.raises(TokenStoreFailed) as caught:
        await KeyringStore().load("alice")
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("kind", "missing"), [("oauth", "cryptography"), ("keyring", "keyring")])
def test_a_missing_extra_is_named(kind: str, missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(BadParameter, match=rf"pip install 'okx-async\[{kind}\]'"):
        EncryptedFileStore(tmp_path / "tokens", PHRASE) if kind == "oauth" else KeyringStore()


def test_a_pair_takes_over_what_the_answer_leaves_out() -> None:
    """The lives that the documents tell, and after a refresh what was known before."""
    said = OAuthToken(access_token=Secret("a"), refresh_token=Secret("r"))
    first = TokenPair.granted(said, 100.0, domain="eea")
    assert (first.expires, first.refresh_expires, first.domain) == (3_700.0, 259_300.0, "eea")
    bare = TokenPair.granted(OAuthToken(access_token=Secret("b"), expires_in=60), 200.0, before=first)
    assert (bare.expires, bare.refresh_expires, bare.domain) == (260.0, 259_300.0, "eea")
    assert bare.refresh_token == Secret("r")
    whole = TokenPair.granted(OAuthToken(access_token=Secret("b"), refresh_token=Secret("s")), 200.0, before=first)
    assert (whole.refresh_expires, whole.refresh_token) == (259_400.0, Secret("s"))


def test_a_pair_shows_no_token() -> None:
    shown: list[Any] = [repr(ALICE), str(ALICE), f"{ALICE}"]
    assert "canary" not in "".join(shown)
