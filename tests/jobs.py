"""Pieces of work for the tests of `nrm_tracker.bounded`: done in the helper's process."""

import os
import time

from nrm_tracker.bounded.refused import Refused


def echo(content, *, said):
    return {"said": said, "process": os.getpid()}, content.read()


def take_memory(content, *, size):
    return len(bytes(size)), b""


def answer_much(content, *, size):
    return None, bytes(size)


def spin(content):
    while True:
        pass


def sleep(content, *, seconds):
    began = time.monotonic()
    time.sleep(seconds)
    return [began, time.monotonic()], b""


def refuse(content):
    raise Refused("kind", "đúng vậy")


def fail(content):
    raise RuntimeError("unforeseen")


def die(content):
    os.abort()
