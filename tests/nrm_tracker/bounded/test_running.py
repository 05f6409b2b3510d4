import io
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from nrm_tracker import limits, slots
from nrm_tracker.bounded import running
from nrm_tracker.bounded.__main__ import MOST
from nrm_tracker.bounded.refused import Refused
from nrm_tracker.bounded.running import Failed, TooHeavy, run
from nrm_tracker.limits import MEGABYTE, WorkLimits
from tests import jobs

LIGHT = WorkLimits(memory=64 * MEGABYTE, cpu=1, seconds=30)


@pytest.mark.parametrize("content", [b"", b"a\nb\0", bytes(3 * MEGABYTE)])
def test_work_is_done_in_another_process_with_all_of_what_was_sent(content):
    for sent in (content, io.BytesIO(content)):
        result, given_back = run(jobs.echo, sent, LIGHT, said="Kỳ Lạc\n")

        assert given_back == content
        assert result["said"] == "Kỳ Lạc\n"
        assert result["process"] != os.getpid()


def test_a_word_of_refusal_comes_back_with_its_detail():
    with pytest.raises(Refused) as refused:
        run(jobs.refuse, b"", LIGHT)

    assert (refused.value.word, refused.value.detail) == ("kind", "đúng vậy")


def test_what_nobody_foresaw_comes_back_as_its_text():
    with pytest.raises(Failed, match="RuntimeError: unforeseen"):
        run(jobs.fail, b"", LIGHT)


def test_memory_within_the_limit_is_given():
    assert run(jobs.take_memory, b"", LIGHT, size=32 * MEGABYTE) == (32 * MEGABYTE, b"")


@pytest.mark.parametrize(
    ("job", "work", "given"),
    [
        (jobs.take_memory, LIGHT, {"size": 65 * MEGABYTE}),
        (jobs.spin, LIGHT, {}),
        (jobs.sleep, WorkLimits(LIGHT.memory, cpu=1, seconds=1), {"seconds": 20}),
        (jobs.die, LIGHT, {}),
        (jobs.answer_much, WorkLimits(2 * MOST, cpu=5, seconds=30), {"size": MOST}),
    ],
    ids=["memory", "processor", "time", "accident", "answer"],
)
def test_what_takes_more_than_it_may_ends_alone(job, work, given, caplog):
    with pytest.raises(TooHeavy):
        run(job, b"", work, **given)

    assert job.__name__ in caplog.text
    assert run(jobs.echo, b"x", LIGHT, said=1)[1] == b"x"


def test_a_helper_that_ended_is_started_again():
    run(jobs.echo, b"", LIGHT, said=1)
    ended = running._helper._process
    ended.kill()
    ended.wait()

    assert run(jobs.echo, b"x", LIGHT, said=1)[1] == b"x"
    assert running._helper._process is not ended


def test_of_many_at_once_two_work_and_all_come_to_their_end():
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(run, jobs.sleep, b"", LIGHT, seconds=0.1) for _ in range(8)]
        times = [one.result()[0] for one in asked]

    for began, _ended in times:
        assert sum(first <= began < last for first, last in times) <= slots.AT_ONCE


def test_who_gets_no_turn_in_time_is_told(monkeypatch):
    monkeypatch.setattr(limits, "PATIENCE", 0.05)

    with slots.turn("work"), slots.turn("work"):
        with pytest.raises(slots.Busy):
            run(jobs.echo, b"", LIGHT, said=1)
        with slots.turn("another"):
            pass
    assert run(jobs.echo, b"x", LIGHT, said=1)[1] == b"x"


def test_turns_lie_in_a_folder_of_one_s_own(settings, tmp_path, monkeypatch):
    settings.SLOTS_ROOT = tmp_path / "turns"
    with slots.turn("work"):
        assert settings.SLOTS_ROOT.stat().st_mode & 0o077 == 0

    monkeypatch.setattr(os, "getuid", lambda: 4242)
    with pytest.raises(PermissionError), slots.turn("work"):
        pass


def test_a_turn_is_free_again_when_its_process_ended(monkeypatch):
    """The system lets go of the lock of whoever was killed."""
    monkeypatch.setattr(limits, "PATIENCE", 5)
    with slots.turn("work"):
        ended = os.open(slots._folder() / "work-1", os.O_RDWR | os.O_CREAT)
        slots.fcntl.flock(ended, slots.fcntl.LOCK_EX)
        os.close(ended)
        with slots.turn("work"):
            pass
