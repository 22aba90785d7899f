"""The index of a publisher of OpenStreetMap extracts: which region has which file."""

from __future__ import annotations

import difflib
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urbanwork.errors import UserError
from urbanwork.sources.web import fetched, resolved

PUBLIC_INDEX = "https://download.geofabrik.de/index-v1-nogeom.json"
"""Geofabrik's free regional extracts, renewed daily; https://download.geofabrik.de/technical.html"""

INDEX_VARIABLE = "URBANWORK_EXTRACTS"
"""The environment variable naming another index of this form, such as an institute's own."""

MOST_INDEX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Extract:
    """One region of the index."""

    id: str
    name: str
    parent: str | None
    country: str | None  # ISO 3166-1 alpha-2, where the region lies in one country
    code: str | None  # the same, where the region is a country
    url: str  # of the .osm.pbf

    def shown(self) -> str:
        return f"{self.id} ({self.name}{f', {self.parent}' if self.parent else ''})"


def find_extract(place: str, index_url: str | None = None) -> Extract:
    """Return the extract of a region by name, id or ISO code, whatever its case and accents.

    An id that is written exactly wins over names: 'georgia' is the country, while 'Georgia' may
    be the state as well.

    Raises:
        UserError: the index cannot be had or read, has no such region, or has several.
    """
    url = index_url or os.environ.get(INDEX_VARIABLE) or PUBLIC_INDEX
    return chosen_extract(place, read_index(fetched(url, most_bytes=MOST_INDEX_BYTES), url), url)


def chosen_extract(place: str, extracts: Sequence[Extract], url: str) -> Extract:
    """Return the one extract that `place` means; `url` is what messages call the index."""
    exact = [one for one in extracts if one.id == place]
    wanted = _plain(place)
    found = exact or [one for one in extracts if wanted in _keys(one)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            f"--place {place!r} may mean {' or '.join(one.shown() for one in found)}; give the "
            "word before the bracket"
        )
    raise UserError(_unknown(place, extracts, url))


def read_index(data: bytes, url: str) -> list[Extract]:
    """Return the regions of an index in the form of Geofabrik's `index-v1.json`.

    Raises:
        UserError: it is none, or names no file to download.
    """
    try:
        document = json.loads(data)
        features = document["features"]
        found = [one for feature in features if (one := _extract(feature["properties"], url))]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(
            f"{url}: this is no index of extracts in the form of Geofabrik's index-v1.json; check "
            f"the address in {INDEX_VARIABLE}"
        ) from None
    if not found:
        raise UserError(f"{url}: the index has no region with an .osm.pbf to download")
    return found


def _extract(properties: Mapping[str, Any], url: str) -> Extract | None:
    pbf = properties.get("urls", {}).get("pbf")
    if not pbf:
        return None
    identity = str(properties["id"])
    return Extract(
        identity,
        re.sub(r"\s*<br\s*/?>\s*", " ", str(properties.get("name") or identity)),
        str(properties["parent"]) if properties.get("parent") else None,
        _country(properties),
        _code(properties),
        resolved(url, str(pbf)),
    )


def _code(properties: Mapping[str, Any]) -> str | None:
    """The code of a region that is one country."""
    codes = properties.get("iso3166-1:alpha2") or []
    return str(codes[0]) if len(codes) == 1 else None


def _country(properties: Mapping[str, Any]) -> str | None:
    """The country of a region that lies in one: its own code, or that of its provinces."""
    provinces = properties.get("iso3166-2") or []
    codes = properties.get("iso3166-1:alpha2") or [str(one)[:2] for one in provinces]
    return str(codes[0]) if len(set(codes)) == 1 else None


def _keys(extract: Extract) -> set[str]:
    return {_plain(text) for text in _names(extract)}


def _names(extract: Extract) -> Iterator[str]:
    """All that a region is called: id, its last part, name, the parts of 'Name (English)', code."""
    yield extract.id
    yield extract.id.rpartition("/")[2]
    yield extract.name
    yield from (part for part in re.split(r"[()]", extract.name) if part.strip())
    if extract.code:
        yield extract.code


def _plain(text: str) -> str:
    """Letters and digits only, without accents and case."""
    parted = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    return "".join(char for char in parted if char.isalnum())


def _unknown(place: str, extracts: Sequence[Extract], url: str) -> str:
    names = {_plain(name): one.name for one in extracts for name in _names(one)}
    close = difflib.get_close_matches(_plain(place), names, n=3, cutoff=0.7)
    if close:
        meant = " or ".join(dict.fromkeys(repr(names[name]) for name in close))
        return f"--place {place!r} is no region of {url}; did you mean {meant}?"
    return (
        f"--place {place!r} is no region of {url}; its regions are countries and states: give the "
        "one that holds your city, and its boundary with --boundary"
    )
