"""The pure floor: no asyncio, no sockets, no clock. Time comes in as an argument, output is collected by others."""
