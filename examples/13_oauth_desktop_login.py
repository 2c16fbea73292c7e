"""A desktop application's login: the user allows it in a browser, and the client works on tokens as on a key.

``--browser`` opens the simulator's page for you to decide; without it a simulated user does. For the real exchange
leave the simulator out: ``OAuthApp("your client id", site=Site.GLOBAL, store=...)`` and `webbrowser.open`.
"""

import asyncio
import sys
import webbrowser
from pathlib import Path
from tempfile import TemporaryDirectory

from okx_async import OKX, AuthorizationDenied
from okx_async.oauth import EncryptedFileStore, OAuthApp, Places
from okx_async.sim import Exchange


async def main(file: Path) -> None:
    async with Exchange(seed=7) as sim:
        open_page = webbrowser.open if "--browser" in sys.argv else sim.oauth.play_user
        places = Places(authorize=sim.rest + sim.oauth.authorize_path, revoke=sim.oauth.revoke_path)
        store = EncryptedFileStore(file, "a passphrase, or one that the user types")
        async with OAuthApp(sim.oauth.app.client_id, site=sim.site, places=places, store=store) as app:
            try:
                user = await app.sign_in(open_page=open_page, scope="read_only,trade")
            except AuthorizationDenied as error:
                print("no:", error)
                return
            print("signed in:", user)
            async with OKX(user) as okx:
                print("who am I:", await okx.request("GET", "/api/v5/users/self"))
                await user.refresh()  # otherwise on its own, ahead of the hour that a token lives
                print("the same on new tokens:", await okx.request("GET", "/api/v5/users/self"))

        # The next start of the application: nobody is asked again.
        async with OAuthApp(sim.oauth.app.client_id, site=sim.site, places=places, store=store) as app:
            user = await app.user()
            async with OKX(user) as okx:
                print("after a restart:", (await okx.market.ticker("BTC-USDT")).inst_id, "and", user)
            await user.revoke()
            print("revoked, and forgotten here:", await store.load("user"))


with TemporaryDirectory() as folder:
    asyncio.run(main(Path(folder) / "tokens"))
