"""What was typed and may be a secret goes from the chat, and where Telegram does not let it go, its person is told to delete it."""

from bot import showing
from bot.context import Context
from bot.views import answers


async def password(context: Context) -> bool:
    """Delete the message with a password; False (and said) where it stays."""
    if await showing.erase(context.incoming):
        return True
    await context.show(answers.password_kept(context.t))
    return False


async def suspicious(context: Context) -> bool:
    """The same of a message that is a letter's code, or may be a password."""
    if await showing.erase(context.incoming):
        return True
    await context.show(answers.message_kept(context.t))
    return False
