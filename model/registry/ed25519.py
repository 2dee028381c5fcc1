"""Signatures that a server can check and not make; needs the package `cryptography` (`topicdesk[ed25519]`)."""

from pathlib import Path
from typing import TYPE_CHECKING

from model.errors import FileError, InvalidModelError, UsageError
from model.files import read_regular
from model.registry.signature import MAX_KEY_FILE, read_secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class KeyPair:
    """ed25519 with keys in PEM files: the public one to verify with, the private one, where it is, to sign with."""

    name = "ed25519"

    def __init__(self, public: Path | None, private: Path | None = None) -> None:
        try:
            import cryptography  # noqa: F401
        except ImportError:
            raise UsageError("ed25519 keys need the package cryptography: install topicdesk[ed25519]") from None
        # they are named by the settings, and mounted secrets are links
        self.public, self.private = public and public.resolve(), private and private.resolve()

    def sign(self, data: bytes) -> bytes:
        """Return a signature. Raises `FileError` where there is no private key."""
        if self.private is None:
            raise FileError("models cannot be published here: there is a public key only (TOPICDESK_MODEL_PRIVATE_KEY)")
        return self._private(self.private).sign(data)

    def verify(self, data: bytes, signature: bytes) -> None:
        """Check with the public key, or the private key's own where no other is given."""
        from cryptography.exceptions import InvalidSignature

        try:
            self._public().verify(signature, data)
        except InvalidSignature:
            raise InvalidModelError("its signature was not made with the private key of this installation") from None

    def _private(self, path: Path) -> "Ed25519PrivateKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(read_secret(path), password=None)
        except (ValueError, TypeError) as error:
            raise FileError(f"{path} is not a private key in PEM without a password") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise FileError(f"{path} is not an ed25519 key")
        return key

    def _public(self) -> "Ed25519PublicKey":
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        if self.public is None:
            assert self.private is not None
            return self._private(self.private).public_key()
        try:
            key = load_pem_public_key(read_regular(self.public, MAX_KEY_FILE))
        except OSError as error:
            raise FileError(f"cannot read the key {self.public}: {error.strerror}") from error
        except ValueError as error:
            raise FileError(f"{self.public} is not a public key in PEM") from error
        if not isinstance(key, Ed25519PublicKey):
            raise FileError(f"{self.public} is not an ed25519 key")
        return key
