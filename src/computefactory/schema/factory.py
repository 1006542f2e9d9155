"""The factory file as a whole: one model a chapter, frozen, nothing unknown."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import ConfigDict, Field

from computefactory.schema import types as t
from computefactory.schema.build import Build, OperationsChapter
from computefactory.schema.capital import CapitalChapter, DebtChapter, Owner
from computefactory.schema.contracts import Contract, MerchantChapter
from computefactory.schema.events import Event
from computefactory.schema.power import ElectricalChapter, PhaseChapter, PowerChapter, SiteChapter
from computefactory.schema.production import ProductionChapter
from computefactory.schema.silicon import CoolingChapter, Interconnect, SiliconChapter, SiliconOfGeneration
from computefactory.schema.types import Chapter, optional, required

__all__ = ["SCHEMA_VERSION", "FactoryFile", "json_schema"]

SCHEMA_VERSION = 1


class FactoryFile(Chapter):
    """An AI compute factory: site, power, silicon, cooling, network, building, offtake, capital, owner."""

    model_config = ConfigDict(title="computefactory factory file")

    kind: Literal["factory"] = required("what the file describes")
    version: Literal[1] = required("version of the file's shape", alias="schema")
    name: t.Text = required("name of the factory")
    currency: Literal["USD"] = Field("USD", description="currency of all money")
    workload: t.Text | None = optional("what the factory runs, in a few words")
    site: SiteChapter = required("where it stands")
    power: PowerChapter = required("connection, milestones, supply")
    phases: dict[t.Text, PhaseChapter] = Field(
        default_factory=dict, description="parts of the site with dates of their own (or: power.energised)"
    )
    silicon: SiliconChapter = required("accelerators")
    generations: dict[t.Text, SiliconOfGeneration] = Field(
        {}, description="a second generation of silicon by name; phases say which stands in them", max_length=1
    )
    cooling: CoolingChapter = required("cooling")
    electrical: ElectricalChapter | None = optional("electrical chain of the building")
    interconnect: Interconnect | None = optional("scale-out network")
    build: Build = required("halls and their cost")
    operations: OperationsChapter | None = optional("operating cost and reliability")
    production: ProductionChapter | None = optional("the model that runs, for tokens")
    offtake: dict[t.Text, Contract] = required("contracts by name", min_length=1)
    events: dict[t.Text, Event] = Field({}, description="what happens at a date to a contract, by name; none: nothing")
    merchant: MerchantChapter | None = optional("market for hours that no contract takes")
    capital: CapitalChapter | None = optional("cost of capital and debt")
    owner: Owner = required("owner and tax")
    sources: dict[t.Text, tuple[t.Text, ...]] | None = optional(
        "who says so: source name to the paths it covers; assumed: no source"
    )

    @property
    def tranches(self) -> dict[str, DebtChapter]:
        """The debt's tranches by name, in order of rank."""
        return self.capital.debt if self.capital else {}


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a factory file, with descriptions and units."""
    schema = FactoryFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
