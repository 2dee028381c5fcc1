"""topicdesk serve"""

from typing import Annotated

import typer

from model.errors import UsageError


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 1,
) -> None:
    """Serve the desk and the API; on any address but the loopback one to those with a key."""
    import os

    import uvicorn

    from service import settings
    from service.handlers import keys

    config = settings.get()  # a wrong setting is told before any worker starts
    if config.keys or not _is_loopback(host):
        if not keys.any_good(config.database()):
            raise UsageError("nobody could come in: make a key first, with `topicdesk keys create --scope admin`")
        os.environ["TOPICDESK_KEYS"] = "true"  # for the workers
        settings.get.cache_clear()
    try:
        # no access log: an address may hold an article's id or what somebody searched for
        options = {
            "host": host,
            "port": port,
            "workers": workers,
            "server_header": False,
            "access_log": False,
            "http": "service.server.protocol:Deadlines",
        }
        uvicorn.run("service.app:create", factory=True, **options)  # type: ignore[arg-type]
    except SystemExit as end:  # uvicorn's own codes for a start that failed
        raise typer.Exit(1 if end.code else 0) from None


def _is_loopback(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
