"""Servers of this machine answer no more questions at once than it has processors."""

import threading

import pytest

from analyzer.engines.postgresql.access import driver_session


@pytest.fixture
def one_processor(monkeypatch):
    monkeypatch.setattr(driver_session, "_AT_ONCE", threading.BoundedSemaphore(1))


@pytest.mark.usefixtures("one_processor")
@pytest.mark.parametrize(
    ("address", "waits"),
    [("127.0.0.1", True), ("127.0.1.1", True), ("::1", True), ("", True), ("10.0.0.7", False)],
)
def test_only_at_this_machine_is_there_a_turn_to_wait_for(address, waits):
    ended = threading.Event()

    def ask() -> None:
        with driver_session.turn_of(address):
            ended.set()

    with driver_session.turn_of("127.0.0.1"):
        other = threading.Thread(target=ask)
        other.start()
        assert ended.wait(0.1) is not waits
    other.join()
    assert ended.is_set()


@pytest.mark.usefixtures("one_processor")
def test_one_whose_answer_hangs_holds_nobody_up_for_long(monkeypatch):
    monkeypatch.setattr(driver_session, "_LONGEST", 0.01)

    with driver_session.turn_of("127.0.0.1"), driver_session.turn_of("::1"):
        pass  # and gives back no turn that it never had

    assert driver_session._AT_ONCE.acquire(blocking=False)


@pytest.mark.usefixtures("one_processor")
def test_an_error_gives_the_turn_back():
    with pytest.raises(OSError, match="lost"), driver_session.turn_of(""):
        raise OSError("lost")

    with driver_session.turn_of(""):
        pass
