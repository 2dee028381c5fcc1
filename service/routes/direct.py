"""Calling the endpoints asked most often without what FastAPI does around one."""

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import Receive, Scope, Send


class Direct(APIRoute):
    """A route whose endpoint is async and, where the address has no query and no other parameter, needs none solved.

    It stands in the OpenAPI document as any other, and what it raises meets the application's handlers all the same.
    Solving parameters and the stacks of what is to be closed cost more than classifying an article does.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Call the endpoint with the request alone; a query or another method takes FastAPI's way."""
        if scope["query_string"] or scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
        else:
            response = await self.endpoint(Request(scope, receive, send))
            await response(scope, receive, send)
