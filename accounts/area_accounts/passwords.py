"""Passwords that are made up and told to their people, who change them."""

import secrets

# Letters that nobody takes for another when they are read out on the telephone, or from paper.
LETTERS = "abcdefghkmnpqrstuvwxyz23456789"


def made_up() -> str:
    groups = ("".join(secrets.choice(LETTERS) for _n in range(4)) for _n in range(3))
    return "-".join(groups)
