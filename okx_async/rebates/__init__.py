"""What brokers earn, order by order: files that are asked for, waited for, downloaded, unpacked and read.

::

    async for row in nd_rebates(okx, date(2026, 1, 1), date(2026, 1, 31)):
        total[row.sub_acct] += row.rebate

The signed link of a file is a secret and appears nowhere. Archives are read, never written to disk by the names in
them; what leads out of its folder or swells beyond `Bounds` is refused (`FileRefused`). Old Excel files (``.xls``)
need the extra ``xls``.
"""

from .reports import dma_trades, fd_rebates, nd_rebates
from .rows import FdRebate, NdRebate
from .tables import read_rebates
from .unpack import Bounds

__all__ = ["Bounds", "FdRebate", "NdRebate", "dma_trades", "fd_rebates", "nd_rebates", "read_rebates"]
