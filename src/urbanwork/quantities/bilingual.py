"""A text in the two languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text in English and Chinese."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    en: str
    zh: str

    def filled(self, **values: object) -> Bilingual:
        """Put values into both texts.

        >>> Bilingual("{n} days late", "逾期{n}天").filled(n=3).zh
        '逾期3天'
        """
        return Bilingual(self.en.format(**values), self.zh.format(**values))
