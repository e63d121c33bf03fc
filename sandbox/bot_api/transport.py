"""HTTP on the Bot API's side: parameters out of every encoding that clients use, and answers as Telegram frames them."""

import json
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import Response

from sandbox.bot_api import errors
from sandbox.bot_api.errors import Refusal
from sandbox.bot_api.methods.intake import Described
from sandbox.bot_api.parameters import Parameters, Upload
from sandbox.bot_api.trees import HalfCharacter, TreeError, read_tree


async def read_parameters(request: Request) -> Parameters:
    """Read query string, form, multipart and JSON; what stands in the body outweighs the address."""
    parameters = Parameters(dict(request.query_params))
    # Clients differ: forms, JSON, multipart, or everything in the query string of a POST.
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        await _read_json(request, parameters)
    elif kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        await _read_form(request, parameters)
    return parameters


async def _read_form(request: Request, parameters: Parameters) -> None:
    try:
        async with request.form(max_files=1000, max_fields=1000, max_part_size=64 << 20) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    parameters.files[name] = Upload(value.filename or "", mime, await value.read())
                else:
                    parameters.values[name] = value
    except (HTTPException, MultiPartException) as error:
        # The framework would answer in its own way, outside the envelope that clients read.
        why = error.detail if isinstance(error, HTTPException) else error.message
        raise Refusal(errors.FORM_BROKEN, why=why) from None


async def _read_json(request: Request, parameters: Parameters) -> None:
    try:
        body = read_tree(await request.body() or b"{}")
    except HalfCharacter:
        raise Refusal(errors.STRINGS) from None
    except TreeError:
        raise Refusal(errors.JSON_VALUE) from None
    if not isinstance(body, dict):
        raise Refusal(errors.JSON_OBJECT)
    parameters.values |= {name: value for name, value in body.items() if value is not None}


def granted(result: Any) -> dict[str, Any]:
    """Return the envelope of a result, with its description where it has one."""
    if isinstance(result, Described):
        return {"ok": True, "result": result.result, "description": result.description}
    return {"ok": True, "result": result}


def refused(refusal: Refusal) -> dict[str, Any]:
    """Return the envelope of a refusal; error_code equals the HTTP status."""
    envelope: dict[str, Any] = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    return envelope | ({"parameters": refusal.parameters} if refusal.parameters else {})


def success(result: Any) -> Response:
    """Answer with a result."""
    return _answer(granted(result), 200)


def failure(refusal: Refusal) -> Response:
    """Answer with a refusal; 429 says twice when to come back."""
    answer = _answer(refused(refusal), refusal.code)
    if "retry_after" in refusal.parameters:
        answer.headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return answer


def _answer(envelope: dict[str, Any], status: int) -> Response:
    body = json.dumps(envelope, ensure_ascii=False, separators=(",", ":"))
    return Response(body.encode(), status, media_type="application/json")
