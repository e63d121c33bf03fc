"""The machine-readable Bot API and its judge, where they lie beside the repository; third-party data that is never copied into it."""

import functools
import importlib.util
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx

FOLDER = Path(__file__).resolve().parents[1].parent / "shared" / "botapi"
DESCRIPTION = FOLDER / "api-10.0.json"
ABSENT = "the checker of the Bot API (shared/botapi) does not lie beside the repository"


@functools.cache
def conform() -> ModuleType | None:
    """The checker's module, loaded from where it lies; None where it is absent."""
    spec = importlib.util.spec_from_file_location("conform", FOLDER / "conform.py")
    if spec is None or spec.loader is None or not (FOLDER / "conform.py").is_file():
        return None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def _description() -> Any:
    module = conform()
    return module.Spec(DESCRIPTION) if module is not None else None


def record_of(
    module: ModuleType, request: httpx.Request, body: bytes, answer: httpx.Response, data: bytes, elapsed: float
) -> dict[str, Any]:
    """One exchange as the checker wants to see it: `body` of the request, `data` of the answer, `elapsed` in seconds."""
    kind = request.headers.get("content-type", "")
    params, files, encoding = module.parse_params(kind, body, request.url.query.decode())
    return {
        "method": request.url.path.rpartition("/")[2],
        "params": params,
        "files": files,
        "encoding": encoding,
        "elapsed": elapsed,
        "status": answer.status_code,
        "headers": {key.lower(): value for key, value in answer.headers.items()},
        "body": data.decode("utf-8", "replace"),
    }


class Judged(httpx.AsyncBaseTransport):
    """Passes requests on and judges each call of the Bot API with its answer; `errors` collects what does not conform."""

    def __init__(self, inner: httpx.AsyncBaseTransport, errors: list[tuple[str, ...]], methods: set[str]) -> None:
        """`errors`, and `methods`, which tells what was judged at all, may be shared by several transports."""
        self._inner = inner
        self._errors = errors
        module = conform()
        self._judge = module.Judge(_description()) if module is not None else None
        self._methods = methods

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One exchange."""
        body, begun = await request.aread(), time.monotonic()
        answer = await self._inner.handle_async_request(request)
        data = await answer.aread()
        if self._judge is not None and request.url.path.startswith("/bot"):
            self._methods.add(request.url.path.rpartition("/")[2])
            self._errors.extend(self._findings(request, body, answer, data, time.monotonic() - begun))
        return httpx.Response(answer.status_code, headers=answer.headers, stream=httpx.ByteStream(data))

    def _findings(
        self, request: httpx.Request, body: bytes, answer: httpx.Response, data: bytes, elapsed: float
    ) -> list[tuple[str, ...]]:
        module = conform()
        assert module is not None
        record = record_of(module, request, body, answer, data, elapsed)
        judged = module.judge_record(self._judge, record)["findings"]
        return [(str(record["method"]), *map(str, finding)) for finding in judged if finding[0] == "error"]
