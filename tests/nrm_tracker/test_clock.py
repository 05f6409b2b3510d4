import datetime as dt

from nrm_tracker import clock


def test_demo_day_stands_while_the_hour_runs(settings):
    settings.DEMO_MODE, settings.DEMO_DAY = True, "2020-09-15"

    first, second = clock.now(), clock.now()

    assert clock.today() == dt.date(2020, 9, 15)
    assert first <= second


def test_local_day_and_end_of_day_use_the_local_midnight():
    day = dt.date(2020, 9, 8)

    assert clock.end_of(day) == dt.datetime(2020, 9, 8, 17, tzinfo=dt.UTC)
    assert clock.local_day(clock.at(day, 0)) == day
