"""What supervision refuses, in one sentence of both languages."""

from __future__ import annotations

from urbanwork.errors import Fault, UserError
from urbanwork.quantities.bilingual import Bilingual


class RefusedError(UserError):
    """An event that the rules do not allow; `sentence` says why in both languages."""

    def __init__(self, sentence: Bilingual) -> None:
        self.sentence = sentence
        super().__init__(Fault(sentence.en, sentence.zh))
