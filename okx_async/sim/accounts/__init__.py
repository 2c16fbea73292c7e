"""Who trades on the simulated exchange with a key: users, their money, their orders and what they are told.

`ledger` is the truth about money, `people` about users and keys; everything else writes into these two. `office` puts it
all together: a request comes in by `gate` (REST, `rest`) or `operations` (a socket), finds its handler in `services`,
and what it changes is told by `private`.
"""
