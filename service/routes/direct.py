"""Routes that say what a key must allow, and the way to those asked most often."""

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from service.access import caller as access
from service.access.gate import CALLER


class Guarded(APIRoute):
    """A route that lets in whose key allows what it takes."""

    needs: access.Scope | None = None

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer. Raises `UnauthorizedError` or `ForbiddenError`."""
        if self.needs is not None:
            access.check(scope[CALLER], self.needs)
        await super().handle(scope, receive, send)


class Direct(Guarded):
    """A route whose endpoint is async and, where the address has no query and no other parameter, needs none solved.

    It is called without what FastAPI does around an endpoint: solving parameters and the stacks of what is to be closed
    cost more than classifying an article does. It stands in the OpenAPI document as any other, and what it raises meets
    the application's handlers all the same.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint with the request alone; a query or another method takes FastAPI's way."""
        if scope["query_string"] or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        if self.needs is not None:
            access.check(scope[CALLER], self.needs)
        response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)
