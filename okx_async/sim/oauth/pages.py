"""The pages a user sees: who asks for what, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["MEANING", "ask_page", "error_page"]

MEANING = {
    "read_only": ("Look at your account", "Balances, positions, orders and history. Not your sub-accounts."),
    "trade": ("Trade for you", "Place, change and cancel orders. It cannot withdraw anything."),
    "fast_api": ("Make an API key for you", "One key that can read and trade. It cannot withdraw anything."),
}

_STYLE = """
:root { --ink: #16181d; --soft: #5c6370; --line: #dcdfe4; --paper: #fff; --ground: #f2f3f5; --accent: #14532d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eceef1; --soft: #a4abb6; --line: #3a3f47; --paper: #1f2227; --ground: #131518; --accent: #4ade80; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { width: min(30rem, 100% - 2rem); margin: 1rem; padding: 1.75rem; background: var(--paper);
  border: 1px solid var(--line); border-radius: 12px; }
.place { margin: 0 0 1.25rem; color: var(--soft); font-size: .85rem; }
h1 { margin: 0 0 .25rem; font-size: 1.35rem; line-height: 1.3; overflow-wrap: anywhere;
  text-wrap: balance; }
.who { margin: 0 0 1.25rem; color: var(--soft); overflow-wrap: anywhere; }
ul { margin: 0 0 1.25rem; padding: 0; list-style: none; border-top: 1px solid var(--line); }
li { padding: .75rem 0; border-bottom: 1px solid var(--line); }
li b { display: block; } li span { color: var(--soft); font-size: .92rem; }
form { display: flex; flex-wrap: wrap; gap: .75rem; }
button { flex: 1 1 9rem; padding: .7rem 1rem; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--line); background: transparent; color: var(--ink); }
button.yes { background: var(--accent); border-color: var(--accent); color: var(--paper); }
button:focus-visible { outline: 3px solid var(--soft); outline-offset: 2px; }
.back { margin: 1.25rem 0 0; color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }
"""


def ask_page(app: str, user: str, scopes: Sequence[str], back: str, hidden: Mapping[str, str]) -> str:
    """Return the page that asks.

    Args:
        app: Name of the application.
        user: Who is signed in.
        scopes: What is asked for.
        back: Where the browser goes afterwards.
        hidden: What the form carries.
    """
    items = "".join(
        f"<li><b>{escape(title)}</b><span>{escape(text)}</span></li>"
        for title, text in (MEANING.get(scope, (scope, "")) for scope in scopes)
    )
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(text)}">' for name, text in hidden.items()
    )
    return _page(
        f"Allow {app}?",
        f"""<h1>Allow {escape(app)} to use your account?</h1>
<p class="who">You are signed in as {escape(user).replace(" ", "&nbsp;")}.</p>
<ul>{items}</ul>
<form method="post" action="/account/oauth">{fields}
<button name="decision" value="deny">Deny</button>
<button class="yes" name="decision" value="grant">Allow</button></form>
<p class="back">Either way you go back to {escape(back)}. You can end this permission at any time.</p>""",
    )


def error_page(text: str) -> str:
    """Return the page of a question that cannot be asked, and where the browser must not be sent on."""
    return _page("Not possible", f'<h1>This request cannot be answered</h1><p class="who">{escape(text)}</p>')


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title><style>{_STYLE}</style></head>
<body><main><p class="place">Simulated exchange</p>{body}</main></body></html>
"""
