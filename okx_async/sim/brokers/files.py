"""Files of rebates: made some time after they were asked for, and downloaded over signed links that expire."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from aiohttp import web

from ..clock import Clock
from ..roads import Roads, way_of

__all__ = ["Download", "Files", "Rows"]

FOLDER = "/broker-files"
_RANGE = re.compile(r"bytes=([0-9]{1,15})-")
_MADE = (2026, 1, 1, 0, 0, 0)
"""What archives say of when their members were made, so that the same rows give the same bytes."""

Rows = Callable[[], Iterable[Sequence[str]]]
"""Returns the rows of a file, the names of its columns first; called when the file is made."""


@dataclass(slots=True, eq=False)
class Download:
    """One file.

    Attributes:
        name: In its address.
        kind: Of which report.
        begin: From when its rows are, Unix milliseconds.
        end: Until when, excluded.
        asked: When it was asked for first.
        rows: Its rows.
        content: Its bytes, once it is made.
    """

    name: str
    kind: str
    begin: int
    end: int
    asked: int
    rows: Rows
    content: bytes | None = field(default=None, repr=False)


class Files:
    """Every file.

    Args:
        seed: Of the whole exchange; signatures come from it.
        clock: Market time.

    Attributes:
        site: Where the exchange can be reached; set when it is known.
        generation: Seconds of market time that making a file takes. The exchange says up to six hours.
        cuts: After how many bytes the next downloads break off, the next first.
        served: How many downloads were begun.
    """

    def __init__(self, seed: int, clock: Clock) -> None:
        self.site: Callable[[], str] = lambda: ""
        self.generation = 60.0
        self.cuts: list[int] = []
        self.served = 0
        self._clock = clock
        self._secret = hashlib.sha256(f"{seed} broker files".encode()).digest()
        self._files: dict[str, Download] = {}

    def ask(self, kind: str, begin: int, end: int, rows: Rows) -> bool:
        """Have a file made; tell whether it is there already."""
        name = hashlib.sha256(f"{kind} {begin} {end}".encode()).hexdigest()[:16] + ".zip"
        one = self._files.get(name)
        if one is None:
            one = self._files[name] = Download(name, kind, begin, end, self._clock.now(), rows)
        return self.ready(one)

    def ready(self, one: Download) -> bool:
        """Tell whether a file is made, and make it when it is due."""
        if one.content is None and self._clock.now() >= one.asked + self.generation * 1000:
            one.content = _zipped(one.name, one.rows())
        return one.content is not None

    def of(self, kind: str) -> list[Download]:
        """Return the files of a report that were asked for, the newest first."""
        return [one for one in reversed(self._files.values()) if one.kind == kind]

    def row(self, one: Download, life: float) -> dict[str, str]:
        """Write a file with a new link, which lives for so many seconds."""
        ready, now = self.ready(one), self._clock.now()
        return {
            "fileHref": self.link(one.name, life) if ready else "",
            "ts": str(now),
            "state": "finished" if ready else "ongoing",
            "beginTime": str(one.begin),
            "endTime": str(one.end),
            "cTime": str(one.asked),
        }

    def link(self, name: str, life: float) -> str:
        """Return a signed address of a file."""
        expires = str(self._clock.now() // 1000 + int(life))
        query = urlencode({"Expires": expires, "Signature": self._sign(name, expires)})
        return f"{self.site()}{FOLDER}/{name}?{query}"

    def _sign(self, name: str, expires: str) -> str:
        return hmac.new(self._secret, f"{name} {expires}".encode(), hashlib.sha256).hexdigest()

    # -- downloads

    def mount(self, app: Roads) -> None:
        """Serve the files."""
        app.router.add_route("GET", f"{FOLDER}/{{name}}", self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name, query = way_of(request)["name"], request.query
        expires, sign = query.get("Expires", ""), query.get("Signature", "")
        one = self._files.get(name)
        good = expires.isdecimal() and hmac.compare_digest(sign, self._sign(name, expires))
        if one is None or one.content is None or not good or int(expires) * 1000 < self._clock.now():
            return web.Response(status=403, text="AccessDenied: the link is wrong or has expired")
        self.served += 1
        return await self._send(request, one.content)

    async def _send(self, request: web.Request, content: bytes) -> web.StreamResponse:
        """Send a file, from where it is wanted; a link that is to break off does so."""
        tag, first = f'"{hashlib.sha256(content).hexdigest()[:32]}"', 0
        wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
        if wanted and request.headers.get("If-Range", tag) == tag:
            first = int(wanted[1])
            if first >= len(content):
                return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
        headers = {
            "Accept-Ranges": "bytes",
            "Content-MD5": base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
            "ETag": tag,
        }
        if first:
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        answer = web.StreamResponse(status=206 if first else 200, headers=headers)
        answer.content_type = "application/zip"
        answer.content_length = len(content) - first
        await answer.prepare(request)
        if self.cuts:
            await answer.write(content[first : first + self.cuts.pop(0)])
            if request.transport is not None:
                request.transport.close()
            return answer
        await answer.write(content[first:])
        await answer.write_eof()
        return answer


def _zipped(name: str, rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name.replace(".zip", ".csv"), _MADE), text.getvalue(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
