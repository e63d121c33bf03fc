"""Settings: where they come from, what is said of each fault, and what is derived from them."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.settings import PREFIX, Settings, SettingsError, load, unknown_names

TOKEN = "123456789:" + "A" * 35
KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
NEEDED = {"TELEGRAM_TOKEN": TOKEN, "QUEUE_URL": "https://queue.example/vt/api", "SECRET_KEYS": KEY}


@pytest.fixture(autouse=True)
def _surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty folder and none of the developer's own settings."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**NEEDED, **values}.items():
        monkeypatch.setenv(PREFIX + name, value)


def _fault(monkeypatch: pytest.MonkeyPatch, **values: str) -> str:
    _given(monkeypatch, **values)
    with pytest.raises(SettingsError) as caught:
        load()
    return str(caught.value)


def test_three_values_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch)
    settings = load()
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.queue_url == "https://queue.example/vt/api"
    assert not settings.by_webhook


@pytest.mark.parametrize("name", sorted(NEEDED))
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_what_is_missing_is_named(name: str, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch)
    if how == "absent":
        monkeypatch.delenv(PREFIX + name)
    else:
        monkeypatch.setenv(PREFIX + name, "")
    with pytest.raises(SettingsError, match=f"^{PREFIX}{name} is not set; .env.example shows every setting$"):
        load()


FAULTS = {
    "TELEGRAM_TOKEN": "canary-not-a-token",
    "TELEGRAM_API_URL": "canary://host",
    "QUEUE_URL": "canary.example/vt/api",
    "QUEUE_FORMAT": "canary",
    "QUEUE_TOKEN_IN": "canary",
    "QUEUE_STATES": "canary{",
    "RADIUS_UNIT": "canary",
    "RULES": "canary",
    "QUEUE_TIMEOUT": "canary",
    "QUEUE_MAX_BYTES": "canary",
    "INTAKE": "canary",
    "PUBLIC_URL": "http://canary.example",
    "LISTEN": "canary",
    "METRICS_LISTEN": "canary:99999",
    "WEBHOOK_SECRET": "canary too short",
    "OAUTH_GOOGLE_ISSUER": "canary",
    "OAUTH_FACEBOOK_ISSUER": "canary",
    "WARN_AHEAD": "canary",
    "WATCH_PERIOD": "canary",
    "WATCH_MAX_AGE": "canary",
    "WATCH_RATE": "canary",
    "SEND_RATE": "canary",
    "SEND_CHAT_RATE": "canary",
    "ADMIN_CHAT": "canary",
    "LOG_FORMAT": "canary",
    "LOG_LEVEL": "canary",
}


@pytest.mark.parametrize(("name", "value"), sorted(FAULTS.items()))
def test_a_fault_is_one_sentence_that_names_the_variable_and_not_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = _fault(monkeypatch, **{name: value})
    assert sentence.startswith(PREFIX + name)
    assert "canary" not in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "address",
    ["http://[", "http://[::1", "http://[v1.x]", "http://host:99999", "http://host:x", "http://host:0", "http://a..b", "http://xn--",
     "http://*", "http://-", "http://ex\x00ample", "http://:80", "http://" + "a" * 64],
)  # fmt: skip
@pytest.mark.parametrize("name", ["QUEUE_URL", "TELEGRAM_API_URL"])
def test_an_address_that_leads_nowhere(name: str, address: str) -> None:
    """As the operator's shell gives it, or `.env`: a NUL cannot stand in the environment."""
    needed = {key.lower(): value for key, value in NEEDED.items()}
    with pytest.raises(SettingsError, match=f"^{PREFIX}{name}: ") as caught:
        load(**{**needed, name.lower(): address})
    assert address not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://[::1]:8080/vt",
        "https://queue.example./api",
        "http://queue_server:80",
        "http://héé.example",
        "http://10.0.0.1",
        "http://a",
    ],
)
def test_an_address_that_may_lead_somewhere(address: str) -> None:
    needed = {key.lower(): value for key, value in NEEDED.items()}
    assert load(**{**needed, "queue_url": address}).queue_url == address


def test_a_dotenv_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"VTBOT_RULES=canary\xff\n")
    with pytest.raises(SettingsError, match=r"^\.env is not text in UTF-8$"):
        load()


def test_every_setting_that_can_be_wrong_is_among_the_faults() -> None:
    anything_goes = {"queue_token_name", "database_url", "secret_keys", "queue_ca_file", "brand_file"}
    anything_goes |= {"oauth_google_id", "oauth_google_secret", "oauth_facebook_id", "oauth_facebook_secret"}
    assert {name.lower() for name in FAULTS} == set(Settings.model_fields) - anything_goes


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("QUEUE_TIMEOUT", "0"),
        ("QUEUE_TIMEOUT", "nan"),
        ("QUEUE_TIMEOUT", "inf"),
        ("WARN_AHEAD", "-1"),
        ("WATCH_RATE", "0"),
    ],
)
def test_numbers_have_bounds(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _fault(monkeypatch, **{name: value}).startswith(PREFIX + name)


@pytest.mark.parametrize("name", ["TELEGRAM_TOKEN", "SECRET_KEYS", "QUEUE_URL", "WARN_AHEAD"])
@pytest.mark.parametrize("where", ["environment", ".env"])
def test_a_value_may_come_from_a_file(name: str, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    value = {**NEEDED, "WARN_AHEAD": "7"}[name]
    (tmp_path / "secret").write_text(f"{value}\n")
    _given(monkeypatch)
    monkeypatch.delenv(PREFIX + name, raising=False)
    if where == ".env":
        (tmp_path / ".env").write_text(f"{PREFIX}{name}_FILE={tmp_path / 'secret'}\n")
    else:
        monkeypatch.setenv(f"{PREFIX}{name}_FILE", str(tmp_path / "secret"))
    read = getattr(load(), name.lower())
    assert str(read.get_secret_value() if hasattr(read, "get_secret_value") else read) == value


@pytest.mark.parametrize("content", [None, b"\xff\xfe canary"])
def test_a_secret_file_that_cannot_be_read_is_named(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    sentence = _fault(monkeypatch, TELEGRAM_TOKEN="", TELEGRAM_TOKEN_FILE=str(tmp_path / "secret"))
    assert sentence.startswith("VTBOT_TELEGRAM_TOKEN_FILE cannot be read: ")
    assert "canary" not in sentence


def test_the_environment_wins_over_dotenv_and_an_empty_variable_leaves_it_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("VTBOT_WARN_AHEAD=5\nVTBOT_SEND_RATE=9\nVTBOT_QUEUE_CA_FILE=\nVTBOT_ADMIN_CHAT=\n")
    _given(monkeypatch, WARN_AHEAD="8", SEND_RATE="")
    settings = load()
    assert (settings.warn_ahead, settings.send_rate, settings.queue_ca_file, settings.admin_chat) == (8, 9, None, None)


@pytest.mark.parametrize(
    ("intake", "public_url", "expected"),
    [
        ("auto", "", False),
        ("auto", "https://bot.example", True),
        ("auto", "http://127.0.0.1:8088", False),
        ("polling", "https://bot.example", False),
        ("webhook", "https://bot.example/", True),
        ("webhook", "http://localhost:8088", True),
    ],
)
def test_by_webhook(intake: str, public_url: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch, INTAKE=intake, PUBLIC_URL=public_url)
    settings = load()
    assert settings.by_webhook is expected
    assert not settings.public_url.endswith("/")


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1.example.com", "http://localhost@example.com", "http://127.0.0.1:80@example.com", "ftp://x"],
)
def test_loopback_is_loopback(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _fault(monkeypatch, PUBLIC_URL=address).startswith("VTBOT_PUBLIC_URL")


def test_webhook_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _fault(monkeypatch, INTAKE="webhook") == "VTBOT_INTAKE=webhook needs VTBOT_PUBLIC_URL"


def test_the_webhook_secret_is_derived_stable_and_each_bots_own(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch)
    one, again = load().secret_of_webhook, load().secret_of_webhook
    other = load(telegram_token="987654321:" + "B" * 35).secret_of_webhook
    other_key = load(secret_keys="Z" * 44).secret_of_webhook
    assert one == again
    assert len({one, other, other_key}) == 3
    assert len(one) >= 32
    assert set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    # A key put behind the newest one changes nothing.
    assert load(secret_keys=f"{KEY},{'Z' * 44}").secret_of_webhook == one
    assert load(webhook_secret="w" * 32).secret_of_webhook == "w" * 32


def test_secrets_never_show_and_are_all_known_to_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    older = "b2xkZXItY2FuYXJ5LWtleS1vZi0zMi1ieXRlcy1sb24="
    database = "postgresql+asyncpg://vt:canary%2Fpassword@db/vt"
    _given(monkeypatch, SECRET_KEYS=f"{KEY}, {older}", DATABASE_URL=database, OAUTH_GOOGLE_SECRET="canary-google")
    settings = load()
    for canary in (TOKEN, KEY, older, "canary"):
        assert canary not in repr(settings)
        assert canary not in str(settings)
    assert {TOKEN, KEY, older, database, "canary/password", "canary-google", settings.secret_of_webhook} <= set(
        settings.secrets()
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Xy[k29]Lq0pW", "Xy[k29]Lq0pW"),
        ("pass#word/1?x=y", "pass#word/1?x=y"),
        ("with:colons:in-it", "with:colons:in-it"),
        ("pass%40word%5B1", "pass@word[1"),
    ],
)
def test_the_password_is_the_one_that_the_database_is_given(written: str, meant: str) -> None:
    address = f"postgresql+asyncpg://vt:{written}@db:5432/vt?ssl=require"
    assert make_url(address).password == meant
    needed = {key.lower(): value for key, value in NEEDED.items()}
    assert {address, meant} <= set(load(**needed, database_url=address).secrets())


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+asyncpg://vt@db/vt?ssl=require&password=an+option1",
        "postgresql+asyncpg://vt:an option1@db/vt",
        "x://:an option1@[::1",
    ],
)
def test_a_password_is_known_wherever_it_stands(address: str) -> None:
    needed = {key.lower(): value for key, value in NEEDED.items()}
    assert "an option1" in load(**needed, database_url=address).secrets()


def test_a_password_whose_at_was_not_encoded_is_known_whole() -> None:
    needed = {key.lower(): value for key, value in NEEDED.items()}
    address = "postgresql+asyncpg://vt:canary1@canary2@db/vt"
    assert "canary1@canary2" in load(**needed, database_url=address).secrets()


def test_mistyped_names_deserve_a_word() -> None:
    told = {
        "VTBOT_WACH_RATE": "1",
        "VTBOT_WATCH_RATE": "1",
        "VTBOT_SECRET_KEYS_FILE": "x",
        "PATH": "/",
        "VTBOT_ZZZZZ": "",
    }
    assert unknown_names(told) == (
        "VTBOT_WACH_RATE is no setting of this program; did you mean VTBOT_WATCH_RATE?",
        "VTBOT_ZZZZZ is no setting of this program",
    )


def test_queue_states_name_phases(monkeypatch: pytest.MonkeyPatch) -> None:
    _given(monkeypatch, QUEUE_STATES='{"7": "waiting", "9": "missed"}')
    assert {code: phase.value for code, phase in load().queue_states.items()} == {7: "waiting", 9: "missed"}
