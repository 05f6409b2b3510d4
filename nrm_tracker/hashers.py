"""How passwords are kept: argon2, which takes 100 MB and a processor's time for each."""

from django.contrib.auth.hashers import Argon2PasswordHasher

from nrm_tracker import slots


class ArgonInTurn(Argon2PasswordHasher):
    """Two at once over all workers: an office that signs in at eight takes no more memory."""

    def encode(self, password: str, salt: str) -> str:
        with slots.turn("password"):
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with slots.turn("password"):
            return super().verify(password, encoded)
