"""Telegram's exact words for an address that cannot be linked to, each with its source: what follows "URL '<this>' is invalid: ".

Sources: TD is tdlib/td, HttpUrl.cpp stands in its tdutils.
"""

from sandbox.bot_api.errors_of_entities import Words, WordsError


class LinkError(WordsError):
    """An address that cannot be linked to; the message says why."""


HTTP_URL = Words("Wrong HTTP URL", "TD LinkManager.cpp, check_link_impl")
OWN_URL = Words("Wrong {scheme} URL", "TD LinkManager.cpp, check_link_impl")
OWN_HOST = Words("Unallowed characters in URL host", "TD LinkManager.cpp, check_link_impl")
PROTOCOL = Words("Unsupported URL protocol", "TD HttpUrl.cpp, parse_url")
PORT = Words("Wrong port number specified in the URL", "TD HttpUrl.cpp, parse_url")
IPV6 = Words("Wrong IPv6 address specified in the URL", "TD HttpUrl.cpp, parse_url")
HOST_EMPTY = Words("URL host is empty", "TD HttpUrl.cpp, parse_url")
HOST_INVALID = Words("Host is invalid", "TD HttpUrl.cpp, parse_url")
PERCENT = Words("Wrong percent-encoded symbol in URL {part}", "TD HttpUrl.cpp, parse_url")
LETTER = Words("Disallowed character in URL {part}", "TD HttpUrl.cpp, parse_url, and its tests")
