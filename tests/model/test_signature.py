import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from model.errors import FileError, InvalidModelError, UsageError
from model.registry import Registry
from model.registry.ed25519 import KeyPair
from model.registry.signature import KeyFile
from tests.small import small


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def private(tmp_path: Path) -> Path:
    return pem(tmp_path / "private.pem")


def pem(path: Path, key: Ed25519PrivateKey | None = None) -> Path:
    """Write a private key as `openssl genpkey -algorithm ed25519` does, and the public one beside it."""
    key = key or Ed25519PrivateKey.generate()
    path.touch(0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    path.with_suffix(".pub").write_bytes(public)
    return path


def test_the_key_is_made_once_and_for_its_owner_only(registry: Registry) -> None:
    key = registry.root.parent / "model.key"
    with pytest.raises(Exception, match="there is no model"):
        registry.load()
    assert not key.exists()
    registry.publish(small(1))
    made = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(made.decode())) == 32
    registry.publish(small(2))
    assert key.read_bytes() == made


def test_many_who_make_the_key_at_once_agree(tmp_path: Path) -> None:
    for n in range(20):
        path = tmp_path / f"{n}.key"
        with ThreadPoolExecutor(8) as pool:
            signatures = set(pool.map(lambda _, path=path: KeyFile(path).sign(b"data"), range(8)))
        assert len(signatures) == 1
    assert len(list(tmp_path.iterdir())) == 20


def test_the_key_that_another_made_is_taken(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / "key").chmod(0o600)
    from model.files import write_once

    write_once(tmp_path / "key", b"mine")
    assert (tmp_path / "key").read_text() == "00" * 32


@pytest.mark.parametrize("change", ["manifest", "signature", "key", "kind", "no hex", "unsigned"])
def test_what_is_not_signed_here_is_refused(registry: Registry, change: str) -> None:
    folder = registry.versions / registry.publish(small())
    manifest, signature, key = folder / "manifest.json", folder / "manifest.sig", registry.root.parent / "model.key"
    says = "its signature was not made with the key"
    match change:
        case "manifest":
            manifest.write_bytes(manifest.read_bytes().replace(b'"articles": 0', b'"articles": 9'))
        case "signature":
            signature.write_text("hmac-sha256 " + "0" * 64 + "\n")
        case "key":
            key.write_text("0" * 64)
        case "kind":
            signature.write_text(signature.read_text().replace("hmac-sha256", "none"))
            says = "not signed with hmac-sha256"
        case "no hex":
            signature.write_text("hmac-sha256 é")
            says = "its signature is damaged"
        case "unsigned":
            signature.unlink()
            says = "it is not signed"
    for use in (registry.load, registry.manifest, registry.activate):
        with pytest.raises(InvalidModelError, match=says):
            use(folder.name)
    assert registry.list() == []


def test_without_the_key_nothing_is_used_until_trained_again(registry: Registry) -> None:
    model_id = registry.publish(small())
    (registry.root.parent / "model.key").unlink()
    with pytest.raises(InvalidModelError, match="the key that model versions are signed with is missing"):
        registry.load(model_id)
    assert registry.load(registry.publish(small()))[1].digest == small().digest


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_can_read_is_not_used(registry: Registry, mode: int) -> None:
    registry.publish(small())
    (registry.root.parent / "model.key").chmod(mode)
    with pytest.raises(FileError, match="others may read or change the key"):
        registry.load()


@pytest.mark.parametrize("content", ["", "00", "0" * 63, "zz" * 32, "é"])
def test_a_damaged_key_is_told(registry: Registry, content: str) -> None:
    registry.publish(small())
    (registry.root.parent / "model.key").write_text(content)
    with pytest.raises(FileError, match="is damaged"):
        registry.load()


def test_a_key_that_is_a_link_is_refused(registry: Registry, tmp_path: Path) -> None:
    registry.publish(small())
    (tmp_path / "model.key").rename(tmp_path / "elsewhere")
    (tmp_path / "model.key").symlink_to("elsewhere")
    with pytest.raises(FileError, match="not a regular file"):
        registry.load()


def test_a_server_with_the_public_key_reads_and_cannot_publish(tmp_path: Path, private: Path) -> None:
    trainer = Registry(tmp_path / "models", KeyPair(None, private))
    server = Registry(tmp_path / "models", KeyPair(private.with_suffix(".pub")))
    model_id = trainer.publish(small())
    assert server.load()[0] == trainer.load()[0] == model_id
    with pytest.raises(FileError, match="cannot be published here"):
        server.publish(small(2))
    assert [manifest.id for manifest in server.list()] == [model_id]
    assert not (tmp_path / "model.key").exists()


def test_the_two_kinds_of_signature_do_not_stand_for_each_other(tmp_path: Path, private: Path) -> None:
    plain, signed = Registry(tmp_path / "models"), Registry(tmp_path / "models", KeyPair(None, private))
    model_id = plain.publish(small())
    with pytest.raises(InvalidModelError, match="not signed with ed25519"):
        signed.load(model_id)
    other = Registry(tmp_path / "models", KeyPair(None, pem(tmp_path / "other.pem")))
    made = other.publish(small(1))
    with pytest.raises(InvalidModelError, match="not made with the private key of this installation"):
        signed.load(made)


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, private: Path) -> None:
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(UsageError, match=r"install topicdesk\[ed25519\]"):
        KeyPair(private.with_suffix(".pub"))


@pytest.mark.parametrize("name", ["none.pem", "text.pem", "curve.pem", "open.pem"])
def test_keys_that_cannot_be_used(tmp_path: Path, private: Path, name: str) -> None:
    path = tmp_path / name
    if name == "text.pem":
        path.write_text("no key")
    elif name == "curve.pem":
        key = generate_private_key(SECP256R1())
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    elif name == "open.pem":
        path.write_bytes(private.read_bytes())
    if path.exists():
        path.chmod(0o644 if name == "open.pem" else 0o600)
    with pytest.raises((FileError, InvalidModelError)) as error:
        KeyPair(None, path).sign(b"data")
    assert name in str(error.value)
    with pytest.raises(FileError, match=name):
        KeyPair(path).verify(b"data", b"")
