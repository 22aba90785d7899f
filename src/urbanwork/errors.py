"""The one tree of errors: what a user can mend is a `UserError`, all else is a fault of ours."""

from __future__ import annotations

from collections.abc import Sequence


class Fault(str):
    """What is wrong, one sentence in English that knows its Chinese.

    It goes wherever a text goes; who speaks to a reader of Chinese asks for `zh`.

    >>> Fault("there is none", "没有").under("change 2").zh
    'change 2：没有'
    """

    zh: str

    def __new__(cls, en: str, zh: str = "") -> Fault:
        fault = super().__new__(cls, en)
        fault.zh = zh or en
        return fault

    @property
    def en(self) -> str:
        """The sentence in English."""
        return str(self)

    def under(self, where: str) -> Fault:
        """The same with the place of the fault before it, such as a file or `change 2`."""
        return Fault(f"{where}: {self}", f"{in_chinese(where)}：{self.zh}")


def in_chinese(text: str) -> str:
    """The Chinese of a text where it has one, else the text."""
    return text.zh if isinstance(text, Fault) else text


class UrbanWorkError(Exception):
    """Any error that urbanwork raises on purpose."""


class UserError(UrbanWorkError):
    """Something the user gave is wrong; shown as one sentence without a traceback (exit 2).

    A message says where, what was got, what was wanted and what to do; a `Fault` says it in two
    languages.
    """

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, a sentence each; with Chinese where the sentence has it."""
        return (self.args[0] if self.args and isinstance(self.args[0], str) else str(self),)


class ManyFaultsError(UserError):
    """Several faults of one input, reported together, one sentence a line.

    >>> str(ManyFaultsError(["city.yaml:3: a", "city.yaml:9: b"]))
    'city.yaml:3: a\\ncity.yaml:9: b'
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self._faults = tuple(faults)
        super().__init__("\n".join(self._faults))

    @property
    def faults(self) -> tuple[str, ...]:
        """All of them, in the order in which they were found."""
        return self._faults
