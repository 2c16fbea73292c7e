"""The floor where waiting happens: REST calls, WebSocket links, streams."""
