"""What siting hands back: the sites, how good any other choice could be, and a scenario."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from urbanwork.planning.asking import SitingRequest
from urbanwork.planning.changes import Scenario
from urbanwork.planning.proof import Proof
from urbanwork.planning.verdicts import Visibility


@dataclass(frozen=True, slots=True)
class Located:
    """One site that was chosen."""

    name: str  # of the candidate
    lon: float
    lat: float
    area: str  # name of the area that it lies in
    people_newly_served: float  # within the radius of it, of no place today, and sent here
    people_within: float  # within the radius of it, whoever else serves them
    people_sent: float  # all who go here
    people_capacity: float | None  # people that its seats serve
    cost: float | None


@dataclass(frozen=True, slots=True)
class Worst:
    """The area with the least share of people within the radius, percent."""

    id: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The objective of other choices of as many sites."""

    random_mean: float
    random_best: float
    random_choices: int
    greedy: float


@dataclass(frozen=True, slots=True)
class SitingResult:
    """What was asked, what was found, and how sure that is."""

    request: SitingRequest
    radius_m: float
    people: float  # whose way is known
    people_left_out: float  # no street, or beyond the edge of the data
    people_out_of_reach: float  # no place and no candidate is near enough for the objective
    existing: int
    candidates: int  # considered
    candidates_found: int
    candidates_masked: int  # forbidden by bottom lines
    square_m: float  # one candidate in each square so wide was considered; 0: all were
    objective: float
    bound: float
    gap: float
    is_proven: bool
    seconds: float
    covered_before: float  # people within the radius
    covered_after: float
    mean_m_before: float
    mean_m_after: float
    counts_up_to_m: float  # farther walks count with this
    worst_before: Worst | None
    worst_after: Worst | None
    baseline: Baseline | None
    sites: tuple[Located, ...]
    scenario: Scenario
    proof: Proof | None = None
    visibility: Visibility = "public"  # of the bottom lines that candidates were held against

    def plain(self) -> dict[str, Any]:
        """All of it as plain data; the scenario as GeoJSON."""
        from urbanwork.planning.writing import as_geojson

        data = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("request", "sites", "scenario", "proof", "baseline", "seconds",
                            "worst_before", "worst_after")
        }  # fmt: skip
        for name in ("request", "baseline", "worst_before", "worst_after"):
            value = getattr(self, name)
            data[name] = None if value is None else asdict(value)
        data["request"]["candidates"] = str(self.request.candidates)
        data["sites"] = [asdict(each) for each in self.sites]
        data["proof"] = None if self.proof is None else self.proof.plain()
        data["scenario"] = as_geojson(self.scenario)
        return data
