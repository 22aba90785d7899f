"""What every page is written with: one language, all facts, links to any thing by its id."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from handbook.facts import Facts, document_of, made_of
from handbook.markdown import anchor_of, link, plain
from handbook.words import WORDS
from urbanwork.arrangement.models import Arrangement, Ask
from urbanwork.catalogue.models import Bilingual, Indicator, Standard
from urbanwork.reporting.input_words import input_title
from urbanwork.reporting.numbers import Lang, format_value

INPUTS = "/words/inputs.md"


@dataclass(frozen=True, slots=True)
class Site:
    """One language of the site."""

    facts: Facts
    lang: Lang

    def word(self, key: str) -> str:
        """A label in this language."""
        return self.raw(WORDS[key])

    def raw(self, text: Bilingual) -> str:
        """A text in this language, not escaped."""
        return text.zh if self.lang == "zh" else text.en

    def say(self, text: Bilingual) -> str:
        """A text in this language, as Markdown."""
        return plain(self.raw(text))

    def pair(self, text: tuple[str, str]) -> str:
        """The same of a pair of English and Chinese."""
        return text[1] if self.lang == "zh" else text[0]

    @property
    def colon(self) -> str:
        return "：" if self.lang == "zh" else ": "

    @property
    def comma(self) -> str:
        return "、" if self.lang == "zh" else ", "

    @property
    def pause(self) -> str:
        """Between parts of a sentence."""
        return "，" if self.lang == "zh" else ", "

    def bracketed(self, text: str) -> str:
        """A remark behind what it speaks of."""
        return f"（{text}）" if self.lang == "zh" else f" ({text})"

    def joined(self, parts: Iterable[str]) -> str:
        return self.comma.join(parts)

    # Links

    def indicator(self, key: str) -> str:
        return link(self.raw(self.facts.indicators[key].title), f"/indicators/{key}.md")

    def variable(self, key: str) -> str:
        each = self.facts.variables[key]
        return link(self.pair(each.title), f"{variable_page(each.kind)}#{key}")

    def standard(self, row: Standard) -> str:
        return link(self.raw(row.document), f"/standards/{document_of(row)}.md#{row.id}")

    def ask(self, arrangement: Arrangement, ask: Ask) -> str:
        return link(self.raw(ask.text), f"/arrangement/{arrangement.id}/asks/{ask.id}.md")

    def system(self, key: str) -> str:
        return link(self.pair(self.facts.systems[key].title), f"/systems/{key}.md")

    def input(self, key: str) -> str:
        """What an indicator needs: a variable, a category of places, a layer, a table."""
        sort, _, name = key.partition(":")
        if sort == "variable" and name in self.facts.variables:
            return self.variable(name)
        if sort == "place" and name in self.facts.categories:
            return link(self.pair(self.facts.categories[name]), f"/words/places.md#{name}")
        return link(self.raw(input_title(key)), f"{INPUTS}#{anchor_of(key)}")

    # What several pages show

    def needs(self, indicator: Indicator) -> list[str]:
        """Links to all that it takes: inputs, other indicators, the items of a system."""
        named = made_of(indicator)
        system = self.facts.systems.get(str(indicator.arguments().get("system")))
        if system is not None:
            named += [name for item in system.items for name in (*item.of, *item.per)]
        return [
            self.indicator(key) if key in self.facts.indicators else self.input(key)
            for key in dict.fromkeys([*indicator.inputs, *named])
        ]

    def values(self, indicator: Indicator) -> list[str]:
        """Its value in each example city, shortly; empty where there is none."""
        worked = self.facts.worked.get(indicator.id, ())
        found = {each.city[0]: each.explanation.value for each in worked if not each.is_vector}
        return [
            "" if value is None else plain(format_value(value, indicator.unit, self.lang))
            for value in (found.get(name) for name in self.cities())
        ]

    def cities(self) -> list[str]:
        """English names of the example cities, in the order of the examples."""
        return list(self._cities())

    def city_names(self) -> list[str]:
        """Their names in this language, as Markdown."""
        return [plain(self.pair(pair)) for pair in self._cities().values()]

    def _cities(self) -> dict[str, tuple[str, str]]:
        every = (each for worked in self.facts.worked.values() for each in worked)
        return {each.city[0]: each.city for each in every if not each.is_vector}


def variable_page(kind: str) -> str:
    """The page that variables of one kind stand on."""
    return f"/words/variables-{kind}.md"
