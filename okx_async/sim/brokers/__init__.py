"""Brokers of the simulated exchange: their users, what these pay, what is paid back, and dual currency deposits.

`agency` puts it all together. `nd`, `fd` and `dma` answer requests; `deposits` knows addresses, `markups` what brokers
add to fees, `earnings` what they earn, `files` the files it is told in, and `dcd` the life of dual currency deposits.
"""

from .agency import Brokers

__all__ = ["Brokers"]
