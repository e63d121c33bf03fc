"""Every setting of the program, from the environment, `.env` and secret files; README.md has the table, a test holds both together."""

import base64
import difflib
import hashlib
import hmac
import ipaddress
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, unquote_plus, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as Undecodable

from tickets.model import Phase

PREFIX = "VTBOT_"
TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}")
HOST = re.compile(r"\w([\w-]*\w)?(\.\w([\w-]*\w)?)*\.?")
"""A name or an IPv4 address; with the underscores that container networks use."""
PASSWORDS = tuple(
    re.compile(one, re.DOTALL) for one in (r"://[^:/]*:([^@]*)@", r"://[^:/]*:(.*)@", r"[?&]password=([^&]*)")
)
"""Where SQLAlchemy reads a password in an address (before the first @, or an option), and where it may be meant (before the last)."""
LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(/|$)")


class SettingsError(Exception):
    """The configuration cannot be used; the text is one sentence for the operator and holds no secret."""


class FromFiles(PydanticBaseSettingsSource):
    """Reads VTBOT_X from the file named by VTBOT_X_FILE, as container platforms hand out secrets."""

    def __init__(self, settings_cls: type[BaseSettings], told: Mapping[str, str | None]) -> None:
        """`told`: the variables of the environment and of `.env`, names in lower case."""
        super().__init__(settings_cls)
        self._told = told

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The file's text without its trailing newline, or None."""
        del field
        named = self._told.get(f"{PREFIX}{field_name}_file".lower())
        if not named:
            return None, field_name, False
        try:
            return Path(named).read_text("utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
            raise SettingsError(f"{PREFIX}{field_name.upper()}_FILE cannot be read: {reason}") from None

    def __call__(self) -> dict[str, Any]:
        """Field name -> value for the fields that have a file."""
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not re.fullmatch(r"[0-9]{1,5}", port) or int(port) > 65535:
        raise ValueError("must look like 127.0.0.1:8088")
    return value


def _web_address(value: str) -> str:
    if value and not re.match(r"https?://[^/\s]+", value):
        raise ValueError("must begin with http:// or https://")
    if value and not _leads_somewhere(value):
        raise ValueError("is not an address that can be reached: look at its host and port")
    return value.rstrip("/")


def _leads_somewhere(address: str) -> bool:
    """Whether host and port can exist at all; an HTTP client would find out at the first request, in its own words."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if "[" in parts.netloc:
            ipaddress.IPv6Address(host)
            return parts.port != 0
        host.encode("idna").decode("idna")
        return HOST.fullmatch(host) is not None and parts.port != 0
    except ValueError:
        return False


Listen = Annotated[str, AfterValidator(_listen)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Blank = Annotated[SecretStr, Field(default=SecretStr(""))]


class Settings(BaseSettings):
    """One bot of one brand. Rates are a second; times are seconds; sizes are bytes."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
        frozen=True,
    )

    telegram_token: SecretStr
    telegram_api_url: WebAddress = "https://api.telegram.org"
    queue_url: WebAddress
    queue_format: Literal["json", "xml", "JSON", "XML"] = "json"
    queue_token_in: Literal["header", "query", "body", "bearer"] = "header"  # noqa: S105 -- where the token travels, not a token
    queue_token_name: str = "vt_token"  # noqa: S105 -- its name
    queue_states: dict[int, Phase] = Field(default_factory=dict)
    radius_unit: Literal["m", "km", "mi"] = "km"
    rules: Literal["advise", "enforce"] = "advise"
    database_url: SecretStr = SecretStr("sqlite+aiosqlite:///vtbot.db")
    secret_keys: SecretStr
    queue_ca_file: Path | None = None
    queue_timeout: float = Field(default=10.0, gt=0, le=120)
    queue_max_bytes: int = Field(default=8_000_000, ge=10_000)
    intake: Literal["auto", "polling", "webhook"] = "auto"
    public_url: WebAddress = ""
    listen: Listen = "127.0.0.1:8088"
    metrics_listen: Listen = "127.0.0.1:9464"
    webhook_secret: Blank
    oauth_google_id: str = ""
    oauth_google_secret: Blank
    oauth_google_issuer: WebAddress = "https://accounts.google.com"
    oauth_facebook_id: str = ""
    oauth_facebook_secret: Blank
    oauth_facebook_issuer: WebAddress = "https://www.facebook.com"
    brand_file: Path = Path("brand.toml")
    warn_ahead: int = Field(default=3, ge=0, le=99)
    watch_period: float = Field(default=2.0, gt=0, le=60)
    watch_max_age: float = Field(default=60.0, gt=0, le=3600)
    watch_rate: float = Field(default=20.0, gt=0, le=10_000)
    send_rate: float = Field(default=30.0, gt=0, le=1000)
    send_chat_rate: float = Field(default=1.0, gt=0, le=30)
    admin_chat: Annotated[int | None, NoDecode, BeforeValidator(lambda value: value or None)] = None
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then secret files, then the environment, then `.env`."""
        told: dict[str, str | None] = {}
        for source in (dotenv_settings, env_settings):
            told |= source.env_vars if isinstance(source, EnvSettingsSource) else {}
        return init_settings, FromFiles(settings_cls, told), env_settings, dotenv_settings, file_secret_settings

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("does not look like a bot token (123456:ABC...)")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{32,256}", value.get_secret_value()):
            raise ValueError("needs 32 to 256 letters, digits, - and _")
        return value

    @model_validator(mode="after")
    def _pages(self) -> "Settings":
        if self.public_url.startswith("http://") and not LOOPBACK.match(self.public_url):
            raise ValueError(f"{PREFIX}PUBLIC_URL must be https, except on this machine (http://127.0.0.1:...)")
        if self.intake == "webhook" and not self.public_url:
            raise ValueError(f"{PREFIX}INTAKE=webhook needs {PREFIX}PUBLIC_URL")
        return self

    @property
    def bot_number(self) -> str:
        """The bot's public id, which a token that was revoked and renewed keeps."""
        return self.telegram_token.get_secret_value().partition(":")[0]

    @property
    def by_webhook(self) -> bool:
        """Whether Telegram delivers updates to us; otherwise we ask for them."""
        return self.intake == "webhook" or (self.intake == "auto" and self.public_url.startswith("https://"))

    @property
    def secret_of_webhook(self) -> str:
        """X-Telegram-Bot-Api-Secret-Token: as set, or derived from the newest key and the token, the same on every replica."""
        if self.webhook_secret.get_secret_value():
            return self.webhook_secret.get_secret_value()
        key = self.secret_keys.get_secret_value().split(",")[0].encode()
        digest = hmac.new(key, b"webhook:" + self.telegram_token.get_secret_value().encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def secrets(self) -> tuple[str, ...]:
        """Values that must never be printed."""
        held = (
            self.telegram_token,
            self.secret_keys,
            self.webhook_secret,
            self.oauth_google_secret,
            self.oauth_facebook_secret,
        )
        # What follows the colon is the secret itself; the number before it is the bot's public id.
        half = self.telegram_token.get_secret_value().partition(":")[2]
        keys = [key.strip() for key in self.secret_keys.get_secret_value().split(",")]
        database = self.database_url.get_secret_value()
        values = [one.get_secret_value() for one in held] + keys + [half, self.secret_of_webhook, database]
        values += _passwords(database)
        return tuple(value for value in values if len(value) >= 8)


def _passwords(address: str) -> Iterator[str]:
    """Whatever may be its password. No address is too strange for this: it is asked before the address is looked at."""
    for found in (one for pattern in PASSWORDS for one in pattern.findall(address)):
        yield unquote(found)
        yield unquote_plus(found)


def load(**overrides: Any) -> Settings:
    """Read the settings; `SettingsError` with one sentence when they cannot be used."""
    try:
        return Settings(**overrides)
    except UnicodeDecodeError:
        raise SettingsError(".env is not text in UTF-8") from None
    except OSError as error:
        raise SettingsError(f".env cannot be read: {error.strerror}") from None
    except Undecodable as error:
        # The library's text names the field in quotes; its value is not in it.
        field = re.search(r'field "(\w+)"', str(error))
        name = field.group(1).upper() if field else ""
        raise SettingsError(f'{PREFIX}{name} must be JSON, such as {{"7": "waiting"}}') from None
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _sentence(error: ValidationError) -> str:
    """The first fault, by the name of its variable and without its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    words = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return words
    name = f"{PREFIX}{str(first['loc'][0]).upper()}"
    return f"{name} is not set; .env.example shows every setting" if first["type"] == "missing" else f"{name}: {words}"


def unknown_names(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """A sentence for each VTBOT_ variable that is no setting: a mistyped one would otherwise be silently left out."""
    known = {f"{PREFIX}{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")}
    told = os.environ if environment is None else environment
    sentences = []
    for name in sorted(name for name in told if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, 1)
        sentences.append(f"{name} is no setting of this program" + (f"; did you mean {near[0]}?" if near else ""))
    return tuple(sentences)
