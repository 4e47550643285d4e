"""What the API answers besides what was asked for, as its OpenAPI document states it."""

from typing import Any, Final

_TEXT: Final = {"type": "string"}
_FAULT: Final = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": _TEXT, "message": _TEXT},
}
"""Of the catalogue, in both languages."""
_WRONG: Final = {
    "type": "object",
    "required": ["loc", "msg"],
    "properties": {
        "loc": {"type": "array", "items": {"anyOf": [_TEXT, {"type": "integer"}]}},
        "msg": _TEXT,
    },
}
"""Where a value is wrong and what is allowed; never the value."""

Answers = dict[int | str, dict[str, Any]]


def _json(description: str, detail: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": ["detail"], "properties": {"detail": detail}}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _page(description: str, *, also: dict[str, Any] | None = None) -> dict[str, Any]:
    content = {"text/html": {"schema": _TEXT}, **(also["content"] if also else {})}
    return {"description": description, "content": content}


GUARDED: Final[Answers] = {
    403: _json("Another page asks", _TEXT),
    413: _json("A body that is large or has no length", _TEXT),
    415: _json("A body that is not plain JSON", _TEXT),
    421: _json("A name that is not this machine's", _TEXT),
}
"""By the guard, to anything."""
CALLED: Final[Answers] = {
    400: _json("A body that cannot be read", _TEXT),
    409: _json("No token of the screen that is shown, or another page's call", _FAULT),
    422: _json(
        "A value that is not allowed", {"anyOf": [_TEXT, {"type": "array", "items": _WRONG}]}
    ),
}
"""To a call."""
SHOWN: Final[Answers] = {
    204: {"description": "Nothing, for a page that does not show the visit"},
    410: _json("A page of an earlier daemon, which has to be loaded anew", _TEXT),
    422: CALLED[422],
}
"""To a page."""
HEARD: Final[Answers] = {
    200: {"content": {"audio/wav": {}}},
    404: _json("Nothing here can speak", _FAULT),
    409: CALLED[409],
    422: CALLED[422],
}
"""To a page that reads aloud."""
ENTERED: Final[Answers] = {
    200: _page("The page"),
    303: {"description": "To the door, for who is not logged in"},
}
"""To who opens a page of the console."""
WATCHED: Final[Answers] = {401: _json("Nobody is logged in", _FAULT)}
"""To a page of the console that looks by itself, and to a command."""
ACTED: Final[Answers] = {
    **CALLED,
    **WATCHED,
    403: _json(
        "No proof of the session's own page, or another page asks", {"anyOf": [_TEXT, _FAULT]}
    ),
    409: _page("It is not possible now, and why"),
}
"""To a hand on the console."""
LOGGED_IN: Final[Answers] = {
    **ACTED,
    403: _page("A wrong login or password", also=ACTED[403]),
    429: _page("Too many wrong passwords"),
}
"""To who wants to enter the console."""
VERIFIED: Final[Answers] = {
    **CALLED,
    404: _page("No paper with this code"),
    410: _page("The code has expired or was revoked, or its paper is void"),
    422: _page("No code, or one that was mistyped", also=CALLED[422]),
    429: _page("Too many wrong codes"),
}
"""To who asks for a paper."""
