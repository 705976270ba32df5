"""What the messenger is measured beside: mosquitto and NATS from Debian's packages, and nodes of our own.

A program that is not there is installed with apt-get where that can be done, and left out otherwise, with a
word. Every server is a process of its own on a port of its own, and listens on loopback only.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
TICKS = os.sysconf("SC_CLK_TCK")


def find_or_install(program: str, package: str) -> str | None:
    """The program's path; None, and a line that says so, where it is not to be had."""
    found = shutil.which(program, path=PLACES)
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        print(f"{package} is not here; installing it with apt-get")
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(command, check=False, capture_output=True, timeout=300)
        found = shutil.which(program, path=PLACES)
        stop_service(program)
    if found is None:
        print(f"{package} is not here and could not be installed: left out")
    return found


def stop_service(name: str) -> None:
    """A package may start its own server; ours is enough."""
    if shutil.which("service", path=PLACES):
        subprocess.run(["service", name, "stop"], check=False, capture_output=True, timeout=30)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server:
    """A process that listens, and what it has cost."""

    def __init__(self, command: list[str], port: int) -> None:
        self.port = port
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 15
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.05)
        raise OSError(f"{command[0]} does not listen on port {port}")

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[Server]:
    """A server while the block runs."""
    server = Server(command, port)
    try:
        yield server
    finally:
        server.stop()


def node(port: int, certs: Path | None, peers: list[int] = []) -> list[str]:  # noqa: B006 - never changed
    """The command for a node of ours; `certs` is its folder, None for one without TLS."""
    security = ["--plain"] if certs is None else ["--certs", str(certs)]
    dialled = [f"--peer=127.0.0.1:{peer}" for peer in peers]
    listen = f"127.0.0.1:{port}"
    return [sys.executable, "-m", "node.cli", "amop", "node", "--listen", listen, *security, *dialled]


def mosquitto(program: str, port: int, folder: Path, certs: Path | None) -> list[str]:
    """The command for mosquitto: nothing stored, nothing dropped, no limits."""
    lines = [
        f"listener {port} 127.0.0.1",
        "allow_anonymous true",
        "max_queued_messages 0",
        "set_tcp_nodelay true",
    ]
    if os.geteuid() == 0:
        lines.append("user root")  # its own user may not read the folder
    if certs is not None:
        lines += [f"cafile {certs}/ca.crt", f"certfile {certs}/server.crt", f"keyfile {certs}/server.key"]
    path = folder / f"mosquitto-{port}.conf"
    path.write_text("\n".join(lines) + "\n")
    return [program, "-c", str(path)]


def nats(program: str, port: int) -> list[str]:
    """The command for NATS."""
    return [program, "-a", "127.0.0.1", "-p", str(port)]


def make_p256(folder: Path) -> None:
    """A certificate that mosquitto and common clients agree on: P-256, signed by itself."""
    folder.mkdir(exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "server.key").write_bytes(secret)
    for path in ("server.crt", "ca.crt"):
        (folder / path).write_bytes(made.public_bytes(Encoding.PEM))


def client_tls(certs: Path, *, ours: bool) -> ssl.SSLContext:
    """What clients connect with: to us with a certificate, to mosquitto without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(certs / "ca.crt")
    if ours:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ecdh_curve("secp256k1")
        context.load_cert_chain(certs / "sdk.crt", certs / "sdk.key")
    return context
