"""What an input states and nobody used is named."""

from __future__ import annotations

from computefactory.account import Account


def test_what_is_stated_and_not_read_is_named_and_what_is_idle_with_its_reason():
    account = Account()
    account.read("used")
    account.read("idle")
    account.idle("idle", "it needs more")
    account.idle("not stated", "it needs more")
    account.say("a word")
    found = account.unused(["used", "idle", "left"], "nothing reads it")
    assert found == ["a word", "idle changes nothing: it needs more", "left changes nothing: nothing reads it"]


def test_what_is_read_and_idle_is_idle_in_any_order():
    account = Account()
    account.idle("both", "it needs more")
    account.read("both")
    assert account.unused(["both"], "") == ["both changes nothing: it needs more"]
