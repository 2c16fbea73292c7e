"""A broker takes users in: sub-accounts, keys, fees, addresses; and one process then serves all of them.

For the real exchange leave the simulator out: ``OKX(Credentials.from_env(), site=Site.GLOBAL, allow={"keys"})`` with a
master key of a non-disclosed broker. Running it again takes up where it was: what is there is left as it is.
"""

import asyncio
import secrets
import string

from okx_async import OKX, Credentials, Refused
from okx_async.sim import Exchange

USERS = ("alice1", "bob123", "carol1")
ADDRESS = "127.0.0.1"  # from where keys that may trade can be used: your servers


def passphrase() -> str:
    """Make one up, with all the sorts of characters that the exchange asks for."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(24)) + "aA1!"


async def exists(okx: OKX, name: str) -> bool:
    try:
        return bool((await okx.broker_nd.subaccount_info(name)).details)
    except Refused as error:
        if error.code != "59510":  # sub-account unknown
            raise
        return False


async def take_in(okx: OKX, name: str) -> Credentials | None:
    """Make a user's sub-account; return its key, which is told once, or None when the user is there already."""
    if await exists(okx, name):
        return None
    made = await okx.broker_nd.create_subaccount(name, label="onboarded")
    await okx.broker_nd.set_subaccount_level(name, "2")
    key = await okx.broker_nd.create_subaccount_apikey(
        name, "platform", passphrase(), ip=ADDRESS, perm="read_only,trade"
    )
    assert key.api_key is not None
    assert key.secret_key is not None
    assert key.passphrase is not None
    print(f"{name}: account {made.uid}, key {key.api_key}")  # a key shows itself as ***
    return Credentials(key.api_key, key.secret_key, key.passphrase)


async def main() -> None:
    async with Exchange(seed=7) as sim, OKX(sim.credentials[0], site=sim.site, allow={"keys"}) as okx:
        info = await okx.broker_nd.info()
        print("sub-accounts:", info.sub_acct_qty, "of", info.max_sub_acct_qty)

        # Keep these sealed: nobody tells them again.
        keys = {name: await take_in(okx, name) for name in USERS}
        assert await take_in(okx, USERS[0]) is None

        # A mark-up of 2.5 bp for takers of spot trades, from tomorrow 0:00 in Hong Kong.
        fee = await okx.broker_nd.set_subaccount_fee_rate("absolute", inst_type="SPOT", chg_taker="2.5")
        print("mark-up from", fee.eff_date)

        for name in USERS:
            address = await okx.broker_nd.create_subaccount_deposit_address(name, "USDT", to="18")
            print(f"{name} deposits {address.ccy} at {address.addr} ({address.chain})")
            sim.deposit(sim.user(name), "USDT", 1_000)  # somebody sends money

        # One client for each user, over the same connections and within the same budgets of this address.
        users = {name: okx.as_user(key) for name, key in keys.items() if key is not None}
        placed = await asyncio.gather(
            *(
                user.trade.place_order("BTC-USDT", "cash", "buy", "market", sz="100", tgt_ccy="quote_ccy")
                for user in users.values()
            )
        )
        for (name, user), order in zip(users.items(), placed, strict=True):
            balance = await user.account.balance()
            held = {row.ccy: row.cash_bal for row in balance.details or ()}
            print(f"{name}: order {order.ord_id} {order.s_code}, now {held}")

        deposits = await okx.broker_nd.subaccount_deposit_history(ccy="USDT")
        print("deposits:", [(row.sub_acct, row.amt, row.state) for row in deposits])


asyncio.run(main())
