"""Who trades on the simulated exchange with a key: users, their money, their orders and what they are told.

`ledger` is the truth about money, `people` about users and keys; everything else writes into these two.
"""
