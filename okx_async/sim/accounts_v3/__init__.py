"""The accounts of `okx_async.sim.accounts` spoken in V3: the same users, money, orders and positions in other words.

Nothing is kept here but what V3 alone knows (the margin mode of a contract); the margin accounts of pairs, which V5
does not have any more, are kept with the other accounts in the same ledger. `gate` lets requests in, a room for each
chapter answers them, `refusals` says today's codes in those of 2020, `rows` and `shapes` write what is there, and
`courier` pushes it. `bureau` is all of them together.

What V3 keeps in separate wallets is one trading account today: spot, futures, swap and option wallets show the same
money. The
wallets for fiat trading, the mining pool and lending keep what is moved there; savings are those of today.
"""
