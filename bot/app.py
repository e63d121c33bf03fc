"""The composition root: the only place where everything is built and where storage and queue_api are known to exist.

Tests call the same function with the sandbox behind the transports and a clock of their own.
"""

import os
import random
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import httpx
import structlog
from starlette.routing import Route

from bot import front, routes, transport
from bot.alarms import Alarms, Damage
from bot.brand import Brand
from bot.clock import SystemClock
from bot.context import BotApplication, Services
from bot.counting import Stored, measure
from bot.holding import Holds
from bot.i18n import Translations
from bot.intake import Intake, Polling
from bot.measures import Measures
from bot.messenger import TelegramMessenger
from bot.patience import Patience
from bot.settings import Settings, SettingsError
from bot.throttle import Throttle
from bot.transport import TelegramWire
from bot.web.doors import doors, entrance
from bot.web.pages import Hook
from bot.worker import LONGEST, Worker
from queue_api.client import VirtualTicket
from queue_api.probe import Probed, probe
from queue_api.settings import QueueSettings
from queue_api.transport import open_client
from storage.address import OptionRefused
from storage.crypto import KeyRing
from storage.database import Database
from storage.engine import BUSY_TIMEOUT
from storage.spoilt import KINDS
from tickets.conversation import Conversation, Passes
from tickets.deliver import Budget, Deliver
from tickets.find import Find
from tickets.mine import MyTickets
from tickets.model import Credentials
from tickets.pace import Limits
from tickets.people import People
from tickets.ports import Clock, QueueServer
from tickets.preferences import Preferences
from tickets.profile import Profile
from tickets.reading import Asking
from tickets.session import Session
from tickets.take import Policy, Take
from tickets.watch import WatchTickets

log = structlog.get_logger(__name__)
Transport = Callable[[], httpx.AsyncBaseTransport | None]


def _real() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What lies outside: time, chance and the two servers. Each request object needs a transport of its own."""

    clock: Clock
    telegram: Transport = _real
    queue: Transport = _real
    oauth: Transport = _real
    jitter: Callable[[], float] = random.random
    haste: float = 1.0
    """How many times faster than the machine's this clock runs: what the event loop itself measures is divided by it."""


class Clients(NamedTuple):
    """The HTTP clients the program opened, to be closed with it."""

    queue: httpx.AsyncClient
    pushes: httpx.AsyncClient
    polls: httpx.AsyncClient
    providers: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything built, not yet begun."""

    settings: Settings
    clock: Clock
    haste: float
    owner: str
    database: Database
    server: QueueServer
    services: Services
    application: BotApplication
    intake: Intake
    polling: Polling
    hook: Hook
    doors: tuple[Route, ...]
    """The sign-in page's; none without PUBLIC_URL."""
    worker: Worker
    watch: WatchTickets
    deliver: Deliver
    damage: Damage
    measures: Measures
    clients: Clients


def build(settings: Settings, neighbours: Neighbours | None = None) -> Parts:
    """Build the bot; `SettingsError` with one sentence where the settings cannot be used."""
    around = neighbours or Neighbours(SystemClock())
    clock, owner = around.clock, f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    database, clients = _database(settings, around.haste), _clients(settings, around)
    server, asking = VirtualTicket(clients.queue, _queue_settings(settings)), _asking(settings, around)
    services = _services(settings, database, server, asking, clock)
    throttle, telegram = Throttle(clock), around.telegram
    patience = _patience(settings, database, clock, throttle)
    application = front.application(settings, services, telegram, clock, around.haste, patience)
    open_book, longest = database.open_book, LONGEST / around.haste
    alarms = Alarms(front.operator(application, settings.admin_chat), clock)
    worker = Worker(open_book, clock, front.handler(application), owner, longest=longest, throttle=throttle)
    intake = Intake(open_book, clock, worker.wake)
    parts = Parts(
        settings=settings,
        clock=clock,
        haste=around.haste,
        owner=owner,
        database=database,
        server=server,
        services=services,
        application=application,
        intake=intake,
        polling=Polling(_wire(settings, clients.polls), intake, open_book, clock, owner),
        hook=Hook(intake, settings.secret_of_webhook),
        doors=doors(settings, services, clients.providers, routes.chats(application), _secret),
        worker=worker,
        watch=WatchTickets(server, open_book, clock, services.session, services.take, asking, owner),
        deliver=Deliver(
            _messenger(settings, clients, services, around),
            open_book,
            clock,
            Budget(settings.send_rate, settings.send_chat_rate),
            owner,
            jitter=around.jitter,
            alarm=alarms,
        ),
        damage=Damage(database.unreadable, alarms),
        measures=Measures(),
        clients=clients,
    )
    stored = Stored(partial(database.open_book, reading=True))
    measure(parts.measures, intake.heard, worker.done, stored, partial(_met, database))
    return parts


def _met(database: Database) -> Mapping[str, int]:
    """Rows that cannot be read, every kind named from the start: growth is seen only of what was there before it grew."""
    return {**dict.fromkeys(KINDS, 0), **database.unreadable}


def _messenger(settings: Settings, clients: Clients, services: Services, around: Neighbours) -> TelegramMessenger:
    wire = _wire(settings, clients.pushes, around.haste)
    return TelegramMessenger(wire, services.translations, services.brand, around.clock.now)


def _patience(settings: Settings, database: Database, clock: Clock, throttle: Throttle) -> Patience:
    holds = Holds(database.open_book, partial(database.open_book, reading=True), clock)
    return Patience(clock, throttle, holds, settings.admin_chat)


def _clients(settings: Settings, around: Neighbours) -> Clients:
    return Clients(
        queue=_queue_client(settings, around),
        pushes=transport.open_client(around.telegram()),
        polls=transport.open_client(around.telegram()),
        providers=httpx.AsyncClient(
            transport=around.oauth(), verify=transport.trust(), timeout=10.0, trust_env=False, follow_redirects=False
        ),
    )


def _wire(settings: Settings, client: httpx.AsyncClient, haste: float = 1.0) -> TelegramWire:
    token = settings.telegram_token.get_secret_value()
    return TelegramWire(client, settings.telegram_api_url, token, transport.DEADLINE / haste)


def _asking(settings: Settings, around: Neighbours) -> Asking:
    limits = Limits(settings.watch_period, settings.watch_max_age)
    return Asking(settings.warn_ahead, limits, settings.watch_rate, around.jitter)


def _services(settings: Settings, database: Database, server: QueueServer, asking: Asking, clock: Clock) -> Services:
    """The use cases that handlers may call."""
    brand, translations = _brand(settings)
    open_book = database.open_book
    session = Session(server, open_book, clock, _secret)
    find = Find(server, clock, region=brand.location_filter.region, city=brand.location_filter.city)
    return Services(
        people=People(open_book, clock),
        preferences=Preferences(server, open_book, clock, session),
        session=session,
        find=find,
        take=Take(server, open_book, clock, session, Policy(settings.rules == "enforce", settings.radius_unit)),
        mine=MyTickets(server, open_book, clock, session, find, asking),
        conversation=Conversation(open_book, clock),
        passes=Passes(open_book, clock, _secret),
        profile=Profile(server, open_book, session),
        brand=brand,
        translations=translations,
        now=clock.now,
        warn_ahead=settings.warn_ahead,
        entrance=entrance(settings),
    )


def _brand(settings: Settings) -> tuple[Brand, Translations]:
    try:
        # Whoever named a file has one; to go on without it would be to speak under another brand's name.
        brand = Brand.load(settings.brand_file, needed="brand_file" in settings.model_fields_set)
    except (ValueError, OSError) as error:
        raise SettingsError(f"VTBOT_BRAND_FILE: {error}") from error
    return brand, Translations.load(only=brand.languages)


def _database(settings: Settings, haste: float) -> Database:
    try:
        keys = KeyRing.parse(settings.secret_keys.get_secret_value())
    except ValueError as error:
        raise SettingsError(f"VTBOT_SECRET_KEYS: {error}") from None
    try:
        url, bot = settings.database_url.get_secret_value(), settings.bot_number
        return Database(url, keys, bot=bot, busy_timeout=BUSY_TIMEOUT / haste)
    except OptionRefused as error:
        raise SettingsError(f"VTBOT_DATABASE_URL: {error}") from None
    except ValueError:
        # The text of such an error may hold the address, and with it a password.
        raise SettingsError(
            "VTBOT_DATABASE_URL must look like sqlite+aiosqlite:///file.db or postgresql+asyncpg://..."
        ) from None


def _queue_client(settings: Settings, around: Neighbours) -> httpx.AsyncClient:
    try:
        return open_client(_queue_settings(settings), ca_file=settings.queue_ca_file, transport=around.queue())
    except OSError as error:
        reason = error.strerror or "it holds no certificate"
        raise SettingsError(f"VTBOT_QUEUE_CA_FILE cannot be used: {reason}") from None


def _queue_settings(settings: Settings) -> QueueSettings:
    """The settings of the queue server's client; states given by the operator come on top of the known ones."""
    known = QueueSettings(base_url=settings.queue_url).states
    return QueueSettings(
        base_url=settings.queue_url,
        format=settings.queue_format,
        token_in=settings.queue_token_in,
        token_name=settings.queue_token_name,
        timeout=settings.queue_timeout,
        max_bytes=settings.queue_max_bytes,
        states={**known, **settings.queue_states},
    )


Contact = Probed
"""What a first contact found."""


async def first_contact(settings: Settings, credentials: Credentials | None) -> Contact:
    """Try formats and token transports against the queue server of these settings; changes nothing there."""
    async with _queue_client(settings, Neighbours(SystemClock())) as client:
        return await probe(client, _queue_settings(settings), credentials)


def _secret() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)
