"""``python -m okx_async`` is ``okx-async``."""

from .cli import main

if __name__ == "__main__":
    raise SystemExit(main())
