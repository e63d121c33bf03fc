"""Links and posters that open one location or service in the chat: the address, its QR code, and the sheet to print."""

import mimetypes
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import segno
from markupsafe import escape

from bot.views.screen import clean

QUIET_ZONE = 4
"""Light modules around the code; ISO/IEC 18004 asks for four, and cameras need them."""
SHEET = (744, 1052)
"""A4 at 90 points an inch, as SVG user units."""
CODE = 520
"""The code's width on the sheet, its quiet zone included."""
LOGO = 120
"""The height that a logo takes above the title, with the space around it."""
LONGEST = 120
"""The most characters of one line."""
PIXELS = 16
"""Of one module in a PNG: a code of 37 modules prints sharp up to five centimetres at 300 dots an inch."""


def link(username: str, payload: str) -> str:
    """What a customer opens (https://core.telegram.org/bots/features#deep-linking); no payload opens the bot's beginning."""
    address = f"https://t.me/{quote(username)}"
    return f"{address}?start={quote(payload)}" if payload else address


def code(address: str) -> segno.QRCode:
    """The address as a QR code that is still read with 30 % of it dirty or torn (level H)."""
    return segno.make_qr(address, error="h", boost_error=False)


def sheet(address: str, title: str, place: str, sentence: str, logo: Path | None = None) -> str:
    """A poster as SVG: logo, title and place above the code, what it is for and the address below. Any text may go in.

    The logo is put in whole, so that the sheet can be sent to a printer alone. `OSError` where it cannot be read.
    """
    width, height = SHEET
    down = LOGO if logo is not None else 0
    left, top = (width - CODE) // 2, 250 + down * 2 // 3
    drawn = code(address).svg_inline(border=QUIET_ZONE, omitsize=True, dark="#000", light="#fff")
    lines = (
        _image(logo) if logo is not None else "",
        _line(110 + down * 2 // 3, 44, "bold", title),
        _line(175 + down * 2 // 3, 32, "normal", place),
        f'<svg x="{left}" y="{top}" width="{CODE}" height="{CODE}">{drawn}</svg>',
        _line(top + CODE + 70, 26, "normal", sentence),
        _line(top + CODE + 120, 18, "normal", address.removeprefix("https://")),
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="210mm" height="297mm">'
    return "\n".join((head, f'<rect width="{width}" height="{height}" fill="#fff"/>', *lines, "</svg>\n"))


def _image(logo: Path) -> str:
    kind = mimetypes.guess_type(logo.name)[0] or "image/png"
    data = b64encode(logo.read_bytes()).decode()
    return f'<image x="40" y="30" width="{SHEET[0] - 80}" height="{LOGO - 20}" href="data:{kind};base64,{data}"/>'


def _line(y: int, size: int, weight: str, words: str) -> str:
    """One centred line; a long one is squeezed rather than cut, so that no letter of a name is lost."""
    words, room = clean(words, LONGEST), SHEET[0] - 80
    squeezed = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if len(words) * size * 0.6 > room else ""
    return (
        f'<text x="{SHEET[0] // 2}" y="{y}" font-family="sans-serif" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="middle"{squeezed}>{escape(words)}</text>'
    )


def save(path: Path, address: str, title: str, place: str, sentence: str, logo: Path | None = None) -> None:
    """Write the poster: `.svg` the whole sheet, `.png` the code alone. `ValueError` for another kind, `OSError` as files give it."""
    if path.suffix.lower() == ".svg":
        path.write_text(sheet(address, title, place, sentence, logo), encoding="utf-8")
    elif path.suffix.lower() == ".png":
        code(address).save(str(path), kind="png", scale=PIXELS, border=QUIET_ZONE)
    else:
        raise ValueError("a poster is an .svg (the whole sheet) or a .png (the code alone)")
