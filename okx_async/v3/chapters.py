"""The chapters of V3, in the documents' order. Each is loaded when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.endpoint import Chapters, chapter

if TYPE_CHECKING:
    from .rest.account import Account
    from .rest.futures import Futures
    from .rest.general import General
    from .rest.index import Index
    from .rest.information import Information
    from .rest.margin import Margin
    from .rest.option import Option
    from .rest.spot import Spot
    from .rest.swap import Swap
    from .rest.system import System

__all__ = ["V3Chapters"]


class V3Chapters(Chapters):
    """Attributes of `OKEx`: one per chapter."""

    general: General = chapter(".rest.general:General")
    """The exchange's clock."""
    account: Account = chapter(".rest.account:Account")
    """The funding account."""
    spot: Spot = chapter(".rest.spot:Spot")
    """Spot."""
    margin: Margin = chapter(".rest.margin:Margin")
    """Spot with borrowed money."""
    futures: Futures = chapter(".rest.futures:Futures")
    """Futures."""
    swap: Swap = chapter(".rest.swap:Swap")
    """Perpetual swap."""
    option: Option = chapter(".rest.option:Option")
    """Options."""
    information: Information = chapter(".rest.information:Information")
    """Statistics of contract trading."""
    index: Index = chapter(".rest.index:Index")
    """Indices."""
    system: System = chapter(".rest.system:System")
    """Maintenance."""
