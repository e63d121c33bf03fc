"""HTTP for clients that are prompt: a connection whose request is not complete in time is closed, for it takes the place of others.

uvicorn itself bounds only how long a connection may rest between two requests.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

WHOLE_REQUEST = 10.0
"""Seconds from the opening of a connection, or from the first byte of a later request on it, until all of the request is there."""
_INCOMPLETE = (h11.IDLE, h11.SEND_BODY)


class PromptProtocol(H11Protocol):
    """uvicorn's own, with a deadline for the whole of each request. However its bytes come, it is not moved."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_request()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state in _INCOMPLETE:
            self._await_request()
        else:
            self._have_request()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        # A next request may have begun before this answer was over. One that has not is waited for as long as a connection may rest.
        if self.conn.their_state is h11.SEND_BODY or (self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]):
            self._await_request()

    def _await_request(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(WHOLE_REQUEST, self._close)

    def _have_request(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _close(self) -> None:
        self._deadline = None
        self.transport.abort()
