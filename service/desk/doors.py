"""Pages that say what a key must allow."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from service.access import caller as access
from service.access.gate import CALLER

READ, LABEL, ADMIN = access.Scope.READ, access.Scope.LABEL, access.Scope.ADMIN


class Page(Route):
    """A page for those whose key allows what it takes; with None for all."""

    def __init__(
        self, path: str, endpoint: Callable[..., Any], name: str, needs: access.Scope | None, *methods: str
    ) -> None:
        super().__init__(path, endpoint, name=name, methods=list(methods or ("GET",)))
        self.needs = needs

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises `UnauthorizedError` or `ForbiddenError`."""
        if self.needs is not None:
            access.check(scope[CALLER], self.needs)
        await super().handle(scope, receive, send)
