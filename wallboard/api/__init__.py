"""8x8 over HTTP: the only room that imports httpx."""
