"""Who trades on the simulated exchange with a key: users, their money, their orders and what they are told.

`ledger` is the truth about money, `people` about users and keys; everything else writes into these two.

An order is read by `tickets`, admitted by `admission`, taken to the book by `desk`, and its trades are settled by
`settle` into `positions` and money, with what `margin` asks for and `fees` cost. `guard` liquidates, `seasons` pays
funding and delivers, `brakes` stop a user's orders, `stops` wait for prices, and `brackets` for orders that they are
attached to. What accounts borrow is in `debts`, how much they may in `credit`, and `debt_guard` takes it back.
`trading`, `precheck`, `records`, `algos` and `borrow_v5` answer requests, `rows` and `herald` tell what happened, and
`venue` is all of them together.
"""
