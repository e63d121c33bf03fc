"""Opens our page at one of its views; the card's message is remembered, because the page's outcome is shown on it."""

from urllib.parse import urlencode

from bot.context import Context
from bot.views import page_cards


def address(context: Context, view: str = "") -> str:
    """The page at that view, in the person's language. Nothing secret goes into it."""
    told = {"lang": context.t.language, **({"view": view} if view else {})}
    return f"{context.services.entrance.url}/app?{urlencode(told)}"


async def offer(context: Context, view: str, **facts: str) -> bool:
    """Show the card; False where there is no page. Whatever is typed next is a location."""
    if not context.services.entrance.url:
        return False
    shown = await context.show(page_cards.open_page(context.t, view, address(context, view)))
    await context.go("", **facts, card=str(shown or ""))
    return True
