"""A user without a browser: reads the page, presses a button, and goes where it leads."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

__all__ = ["visit"]


class _Form(HTMLParser):
    """The form of a page: where it goes and what it carries."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = given.get("action", "")
        elif tag == "input":
            self.fields[given["name"]] = given.get("value", "")


async def visit(url: str, *, grant: bool) -> str:
    """Open the authorize page, decide, and return the URL the browser is sent back to, after visiting it.

    An address that is not on this machine is returned without a visit.

    Raises:
        ValueError: The page asks nothing.
    """
    async with aiohttp.ClientSession() as session:
        async with session.get(URL(url, encoded=True), allow_redirects=False) as page:
            back, text = page.headers.get("Location"), await page.text()
        if back is None:
            form = _Form()
            form.feed(text)
            if form.action is None:
                raise ValueError(f"the authorize page asks nothing: HTTP {page.status}")
            given = {**form.fields, "decision": "grant" if grant else "deny"}
            async with session.post(urljoin(url, form.action), data=given, allow_redirects=False) as sent:
                back = sent.headers["Location"]
        if urlsplit(back).hostname in ("127.0.0.1", "localhost"):
            async with session.get(URL(back, encoded=True)) as answer:
                await answer.read()
        return back
