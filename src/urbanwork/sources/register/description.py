"""What is said of a register in `city.yaml`, or by a user of the library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol


class ColumnSource(Protocol):
    """Names of the columns, None where they are to be guessed."""

    @property
    def id(self) -> str | None: ...
    @property
    def name(self) -> str | None: ...
    @property
    def name_zh(self) -> str | None: ...
    @property
    def name_en(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def lon(self) -> str | None: ...
    @property
    def lat(self) -> str | None: ...
    @property
    def capacity(self) -> str | None: ...
    @property
    def opened(self) -> str | None: ...


class RegisterSource(Protocol):
    """A register as it is declared."""

    @property
    def path(self) -> Path: ...
    @property
    def columns(self) -> ColumnSource: ...
    @property
    def categories(self) -> Mapping[str, str]:
        """The register's own words and the category that each means."""

    @property
    def category(self) -> str | None:
        """The category of every row, in a register of one category."""

    @property
    def complete(self) -> tuple[str, ...]:
        """Categories of which the register lacks none."""

    @property
    def crs(self) -> str | None: ...
    @property
    def datum(self) -> Literal["wgs84", "gcj02", "bd09"] | None: ...
    @property
    def layer(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """Names of the columns, None where they are to be guessed."""

    id: str | None = None
    name: str | None = None
    name_zh: str | None = None
    name_en: str | None = None
    category: str | None = None
    lon: str | None = None
    lat: str | None = None
    capacity: str | None = None
    opened: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """A register as a user of the library declares it; the meaning is that of `city.yaml`."""

    path: Path
    columns: ColumnNames = field(default_factory=ColumnNames)
    categories: Mapping[str, str] = field(default_factory=dict)
    category: str | None = None
    complete: tuple[str, ...] = ()
    crs: str | None = None
    datum: Literal["wgs84", "gcj02", "bd09"] | None = None
    layer: str | None = None
