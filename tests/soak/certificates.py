"""Certificates of a campaign: an authority that its bots trust, and what a neighbour may show that they must not believe."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ADDRESS = "127.0.0.1"
GOOD = ""
SPOILT = ("stranger's certificate", "expired certificate", "another host's certificate")
Key = ec.EllipticCurvePrivateKey


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _signed(subject: str, key: Key, issuer: str, by: Key, *, authority: bool, until: datetime, address: str) -> bytes:
    began = min(datetime.now(UTC), until) - timedelta(days=2)
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


class Certificates:
    """An authority in a folder, and one server context for each thing a neighbour may show."""

    def __init__(self, folder: Path) -> None:
        """Writes the files that Python's ssl reads."""
        self._folder = folder
        self._key, stranger = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        later, before = datetime.now(UTC) + timedelta(days=3), datetime.now(UTC) - timedelta(days=1)
        self.authority = folder / "authority.pem"
        self.authority.write_bytes(
            _signed("authority", self._key, "authority", self._key, authority=True, until=later, address=ADDRESS)
        )
        self.contexts = {
            GOOD: self._context("good", self._key, later, ADDRESS),
            SPOILT[0]: self._context("stranger", stranger, later, ADDRESS),
            SPOILT[1]: self._context("expired", self._key, before, ADDRESS),
            SPOILT[2]: self._context("elsewhere", self._key, later, "127.0.0.2"),
        }

    def _context(self, name: str, by: Key, until: datetime, address: str) -> ssl.SSLContext:
        key, file = ec.generate_private_key(ec.SECP256R1()), self._folder / f"{name}.pem"
        plain = serialization.NoEncryption()
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        file.write_bytes(private + _signed(name, key, "authority", by, authority=False, until=until, address=address))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context
