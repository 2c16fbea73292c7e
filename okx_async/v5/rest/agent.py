"""Chapter Agent and news endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.endpoint import Section, get, post
from ...core.row import HiddenRow, LooseRow, Page
from ...core.words import Count, InstFamily, InstId, InstType, JsonInt, MsArg, SecretArg

__all__ = ["Agent"]


class Agent(Section, dialect="v5", chapter="agent"):
    """News, market filters and skills made for agents. Nothing here is confirmed by public pages: answers and rate
    limits are not documented.
    """

    @get("/api/v5/orbit/news-search", limit=None, auth=True)
    async def search_news(
        self,
        sort_by: str | None = None,
        importance: str | None = None,
        platform: str | None = None,
        ccy_list: str | None = None,
        begin: MsArg | None = None,
        end: MsArg | None = None,
        detail_lvl: str | None = None,
        limit: Count | None = None,
        cursor: str | None = None,
        keyword: str | None = None,
        sentiment: str | None = None,
    ) -> list[LooseRow]:
        """Search the news.

        ``ccy_list`` has commas between; ``cursor`` pages. Global site only. Unverified; answer and rate limit are
        not documented. (Search news)
        """
        ...

    @get("/api/v5/orbit/news-detail", limit=None, auth=True)
    async def news_detail(self, id_: str) -> list[LooseRow]:
        """One piece of news.

        Global site only. Unverified; answer and rate limit are not documented. (Get news detail)
        """
        ...

    @get("/api/v5/orbit/news-platform", limit=None, auth=True)
    async def news_platforms(self) -> list[LooseRow]:
        """Sources of news.

        Global site only. Unverified; answer and rate limit are not documented. (Get news platforms)
        """
        ...

    @get("/api/v5/orbit/currency-sentiment-query", limit=None, auth=True)
    async def currency_sentiment(
        self, ccy: str, period: str | None = None, incl_trend: bool | None = None, limit: Count | None = None
    ) -> list[LooseRow]:
        """Sentiment of coins over ``1h`` or ``24h``.

        Global site only. Unverified; answer and rate limit are not documented. (Get currency sentiment)
        """
        ...

    @get("/api/v5/orbit/currency-sentiment-ranking", limit=None, auth=True)
    async def currency_sentiment_ranking(
        self, period: str | None = None, sort_by: str | None = None, limit: Count | None = None
    ) -> list[LooseRow]:
        """Coins ranked by sentiment.

        Global site only. Unverified; answer and rate limit are not documented. (Get currency sentiment ranking)
        """
        ...

    @post("/api/v5/aigc/mcp/market-filter", limit=None, auth=False)
    async def filter_market(
        self,
        inst_type: InstType,
        base_ccy: str | None = None,
        quote_ccy: str | None = None,
        settle_ccy: str | None = None,
        inst_family: InstFamily | None = None,
        ct_type: str | None = None,
        min_last: str | None = None,
        max_last: str | None = None,
        min_chg24h_pct: str | None = None,
        max_chg24h_pct: str | None = None,
        min_market_cap_usd: str | None = None,
        max_market_cap_usd: str | None = None,
        min_vol_usd24h: str | None = None,
        max_vol_usd24h: str | None = None,
        min_funding_rate: str | None = None,
        max_funding_rate: str | None = None,
        min_oi_usd: str | None = None,
        max_oi_usd: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: JsonInt | None = None,
    ) -> list[LooseRow]:
        """Instruments that pass a filter.

        Numbers are bounds of the figure they are named after. No key is needed. Unverified; answer and rate limit
        are not documented. (Filter market)
        """
        ...

    @post("/api/v5/aigc/mcp/oi-history", limit=None, auth=False)
    async def oi_history(
        self, inst_id: InstId, bar: str | None = None, limit: JsonInt | None = None, ts: JsonInt | None = None
    ) -> list[LooseRow]:
        """Open interest of an instrument over time.

        No key is needed. Unverified; answer and rate limit are not documented. (Get oi history)
        """
        ...

    @post("/api/v5/aigc/mcp/oi-change-filter", limit=None, auth=False)
    async def filter_oi_change(
        self,
        inst_type: InstType,
        bar: str | None = None,
        min_oi_usd: str | None = None,
        min_vol_usd24h: str | None = None,
        min_abs_oi_delta_pct: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: JsonInt | None = None,
    ) -> list[LooseRow]:
        """Instruments whose open interest changed.

        No key is needed. Unverified; answer and rate limit are not documented. (Filter oi change)
        """
        ...

    @post("/api/v5/aigc/mcp/indicators", limit=None, auth=False)
    async def indicators(
        self,
        inst_id: InstId,
        timeframes: Sequence[str],
        indicators: Mapping[str, Any],
        backtest_time: JsonInt | None = None,
    ) -> list[LooseRow]:
        """Technical indicators.

        ``indicators`` maps a code to ``paramList``, ``returnList`` and ``limit``. No key is needed. Unverified;
        answer and rate limit are not documented. (Get indicators)
        """
        ...

    @get("/api/v5/skill/categories", limit=None, auth=True)
    async def skill_categories(self) -> list[LooseRow]:
        """Categories of skills. Unverified; answer and rate limit are not documented. (Get skill categories)"""
        ...

    @get("/api/v5/skill/search", limit=None, auth=True)
    async def search_skills(self, keyword: str | None = None) -> Page[LooseRow]:
        """Search skills; ``total_page`` of the answer says how many pages there are.

        Unverified; answer and rate limit are not documented. (Search skills)
        """
        ...

    @post("/api/v5/skill/download/presign", limit=None, permission="read")
    async def presign_skill_download(self, name: str, type_: str | None = None) -> HiddenRow:
        """Ask for the token of a download, good for `skill_file`.

        The fields of the answer are not documented; they hold a secret and do not show themselves. Unverified; no
        rate limit is documented. (Presign skill download)
        """
        ...

    @get("/api/v5/skill/file", limit=None)
    async def skill_file(self, token: SecretArg) -> bytes:
        """Download a skill's file by the token of `presign_skill_download`.

        Unverified; no rate limit is documented. (Get skill file)
        """
        ...
