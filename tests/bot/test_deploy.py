"""The files of deploy/: each can be read, fits the program it deploys, and gives the process no more than it needs."""

import configparser
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from bot.running import GRACE
from bot.settings import Settings, unknown_names
from tests.bot import plain_yaml

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
MANIFESTS = sorted(DEPLOY.rglob("*.yaml"))
BRAND = Path("/etc/vtbot/brand.toml")
"""Where a brand file lies in a container."""
OURS = 10001
"""The user of the image."""


def read(*path: str) -> Any:
    """One manifest."""
    return plain_yaml.read((DEPLOY.joinpath(*path)).read_text("utf-8"))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_manifest_can_be_read(path: Path) -> None:
    tree = plain_yaml.read(path.read_text("utf-8"))
    if "kubernetes" in path.parts:
        assert {"apiVersion", "kind"} <= set(tree)


def test_every_file_is_known_to_these_tests() -> None:
    others = {path.name for path in DEPLOY.rglob("*") if path.is_file()} - {path.name for path in MANIFESTS}
    assert others == {
        "Dockerfile",
        "Dockerfile.dockerignore",
        "vtbot@.service",
        "journald@vtbot.conf",
        "dashboard.json",
        "brand.example.toml",
    }


@pytest.mark.parametrize("path", [*MANIFESTS, DEPLOY / "Dockerfile", DEPLOY / "vtbot@.service"], ids=lambda p: p.name)
def test_every_setting_named_is_one(path: Path) -> None:
    named = set(re.findall(r"VTBOT_[A-Z_]+", path.read_text("utf-8")))
    assert unknown_names(dict.fromkeys(named, "")) == ()


@pytest.mark.parametrize("kind", ["polling", "webhook"])
class TestKubernetes:
    """One brand's deployment, in both ways to receive."""

    def _pod(self, kind: str) -> Any:
        return read("kubernetes", kind, "deployment.yaml")["spec"]["template"]["spec"]

    def test_the_kustomization_names_every_file(self, kind: str) -> None:
        folder = DEPLOY / "kubernetes" / kind
        named = set(read("kubernetes", kind, "kustomization.yaml")["resources"])
        assert named == {path.name for path in folder.iterdir()} - {"kustomization.yaml"}

    def test_how_many_and_how_they_are_replaced(self, kind: str) -> None:
        spec = read("kubernetes", kind, "deployment.yaml")["spec"]
        told = dict(
            one.split("=", 1)
            for one in read("kubernetes", kind, "kustomization.yaml")["configMapGenerator"][0]["literals"]
        )
        assert told["VTBOT_INTAKE"] == kind
        if kind == "polling":
            assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
            assert told["VTBOT_DATABASE_URL"].startswith("sqlite+aiosqlite:////var/lib/vtbot/")
        else:
            assert spec["replicas"] > 1
            assert spec["strategy"]["type"] == "RollingUpdate"
            assert told["VTBOT_PUBLIC_URL"].startswith("https://")
            host = read("kubernetes", kind, "ingress.yaml")["spec"]["rules"][0]["host"]
            assert told["VTBOT_PUBLIC_URL"] == f"https://{host}"
        assert spec["selector"]["matchLabels"].items() <= spec["template"]["metadata"]["labels"].items()

    def test_the_probes_ask_what_there_is(self, kind: str) -> None:
        (container,) = self._pod(kind)["containers"]
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports == {"http": 8088, "metrics": 9464}
        asked = {probe: container[f"{probe}Probe"]["httpGet"] for probe in ("startup", "liveness", "readiness")}
        assert {probe: get["path"] for probe, get in asked.items()} == {
            "startup": "/healthz",
            "liveness": "/healthz",
            "readiness": "/readyz",
        }
        assert {get["port"] for get in asked.values()} == {"http"}

    def test_it_may_do_nothing_it_need_not(self, kind: str) -> None:
        pod = self._pod(kind)
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == OURS
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert "memory" in container["resources"]["limits"]

    def test_it_has_the_time_it_takes_to_end(self, kind: str) -> None:
        assert self._pod(kind)["terminationGracePeriodSeconds"] > GRACE + 3

    def test_secrets_come_as_files_and_every_mount_has_its_volume(self, kind: str) -> None:
        pod = self._pod(kind)
        (container,) = pod["containers"]
        assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}
        secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
        for variable in container["env"]:
            name = variable["name"].removeprefix("VTBOT_").lower()
            assert name.removesuffix("_file") in secret
            assert variable["value"] == f"/run/secrets/vtbot/{name.removesuffix('_file')}"


@pytest.mark.parametrize("kind", ["polling", "webhook"])
def test_a_brand_file_reaches_the_pod_and_none_stops_nothing(kind: str) -> None:
    pod = read("kubernetes", kind, "deployment.yaml")["spec"]["template"]["spec"]
    (mount,) = [one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "brand"]
    (volume,) = [one for one in pod["volumes"] if one["name"] == "brand"]
    assert (mount["mountPath"], mount["readOnly"]) == (str(BRAND.parent), True)
    assert volume["configMap"] == {"name": "vtbot-brand", "optional": True}
    kustomization = (DEPLOY / "kubernetes" / kind / "kustomization.yaml").read_text("utf-8")
    assert f"create configmap {volume['configMap']['name']} --from-file={BRAND.name}" in kustomization
    assert f"VTBOT_BRAND_FILE={BRAND}" in kustomization
    assert "BRAND_FILE" not in str(read("kubernetes", kind, "kustomization.yaml")), "named, it would have to be there"


def test_a_brand_file_reaches_the_container_and_none_stops_nothing() -> None:
    bot = read("compose.yaml")["services"]["bot"]
    # A folder, in the short form: Docker makes an empty one where there is none. A file bound by itself would become a folder too.
    assert f"./brand:{BRAND.parent}:ro" in bot["volumes"]
    assert "VTBOT_BRAND_FILE" not in bot["environment"], "named, it would have to be there"
    for told in (DEPLOY / "compose.yaml", ROOT / "docs" / "operations.md"):
        assert f"VTBOT_BRAND_FILE={BRAND}" in told.read_text("utf-8")


def test_the_service_finds_the_pods() -> None:
    labels = read("kubernetes", "webhook", "deployment.yaml")["spec"]["template"]["metadata"]["labels"]
    service = read("kubernetes", "webhook", "service.yaml")
    assert service["spec"]["selector"].items() <= labels.items()
    ports = {port["name"] for port in service["spec"]["ports"]}
    (rule,) = read("kubernetes", "webhook", "ingress.yaml")["spec"]["rules"]
    for path in rule["http"]["paths"]:
        assert path["backend"]["service"]["name"] == service["metadata"]["name"]
        assert path["backend"]["service"]["port"]["name"] in ports


def test_compose_gives_the_container_little() -> None:
    bot = read("compose.yaml")["services"]["bot"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["security_opt"] == ["no-new-privileges:true"]
    assert bot["init"] is True
    assert all(port.startswith("127.0.0.1:") for port in bot["ports"])
    assert set(bot["secrets"]) == set(read("compose.yaml")["secrets"])
    assert int(bot["stop_grace_period"].removesuffix("s")) > GRACE + 3
    for name in bot["secrets"]:
        assert bot["environment"][f"VTBOT_{name.upper()}_FILE"] == f"/run/secrets/{name}"


def test_the_log_is_kept_for_as_long_as_the_privacy_text_says() -> None:
    journal = (DEPLOY / "journald@vtbot.conf").read_text("utf-8").splitlines()
    unit = (DEPLOY / "vtbot@.service").read_text("utf-8").splitlines()
    assert {"MaxFileSec=1day", "MaxRetentionSec=13day"} <= set(journal), "journald deletes whole files"
    assert "LogNamespace=vtbot" in unit
    assert read("compose.yaml")["services"]["bot"]["logging"]["options"] == {"max-size": "10m", "max-file": 3}
    words = (DEPLOY.parent / "bot" / "views" / "welcome.py").read_text("utf-8")
    assert "a technical log, which names nobody, for 14." in words


def test_the_image_is_small_rootless_and_gets_signals() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    said = [line for line in lines if line and not line.startswith("#")]
    stages = [line for line in said if line.startswith("FROM ")]
    assert len(stages) == 2
    last = said[said.index(stages[1]) :]
    assert f"USER {OURS}:{OURS}" in last
    assert 'ENTRYPOINT ["vtbot"]' in last, "the shell form would keep SIGTERM from us"
    assert 'CMD ["run"]' in last
    assert not any("pip install" in line for line in last)
    assert "--require-hashes" in " ".join(said)
    assert "index-url" not in " ".join(said)


def test_what_the_image_is_built_from_is_enough(tmp_path: Path) -> None:
    """The wheel is built from exactly what the Dockerfile copies, without a network, and holds all five packages and the words."""
    said = (DEPLOY / "Dockerfile").read_text("utf-8")
    allowed = {
        line[1:]
        for line in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    for copied in re.findall(r"^COPY (?!--from)(.+)$", said, re.MULTILINE):
        *sources, _ = copied.split()
        for source in (one.rstrip("/") for one in sources):
            assert source in allowed, "the file that says what may be sent would leave it out"
            target = tmp_path / "src" / source
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, target)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run(
        [*build, "--disable-pip-version-check", "--wheel-dir", tmp_path, "."],
        cwd=tmp_path / "src", capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for package in ("tickets", "queue_api", "storage", "bot", "sandbox"):
        assert f"{package}/__init__.py" in names
    assert any(re.fullmatch(r"bot/locales/\w+/LC_MESSAGES/messages\.po", name) for name in names)
    assert any(name.startswith("storage/migrations/versions/") for name in names)
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)


def test_the_unit_is_well_formed_and_hardened() -> None:
    path = DEPLOY / "vtbot@.service"
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # as configparser's own documentation does it
    unit.read(path)
    service = unit["Service"]
    assert service["ExecStart"].endswith("/vtbot run")
    assert service["RestartPreventExitStatus"] == "78"
    assert int(service["TimeoutStopSec"]) > GRACE + 3
    assert "User" not in service
    expected = {
        "DynamicUser": "yes",
        "NoNewPrivileges": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "CapabilityBoundingSet": "",
        "SystemCallArchitectures": "native",
        "UMask": "0077",
    }
    assert {name: service[name] for name in expected} == expected
    for secret in ("telegram_token", "secret_keys"):
        text = path.read_text("utf-8")
        assert f"LoadCredential={secret}:/etc/vtbot/%i.{secret}" in text
        assert f"Environment=VTBOT_{secret.upper()}_FILE=%d/{secret}" in text
    checker = shutil.which("systemd-analyze")
    if checker:
        done = subprocess.run([checker, "verify", path], capture_output=True, text=True, check=False, timeout=60)
        complaints = [line for line in done.stderr.splitlines() if "vtbot" in line and "is not executable" not in line]
        assert complaints == []


@pytest.mark.parametrize(
    "text",
    ["a: &x 1", "a: *x", "a: |", "a: {b: 1}", "a: 1\na: 2", "a:\n   b: 1\n  c: 2", "a: b: c", 'a: "x"', "- a\nb: 1"],
)
def test_the_reader_refuses_what_is_not_plain(text: str) -> None:
    with pytest.raises(ValueError, match="line "):
        plain_yaml.read(text)


def test_the_reader_reads_what_is() -> None:
    text = "a:\n  - b: 1\n    c: true\n  - x://y\nd: {}\ne: two words\n"
    assert plain_yaml.read(text) == {"a": [{"b": 1, "c": True}, "x://y"], "d": {}, "e": "two words"}
