"""The electrical chain between the meter and the racks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Doc, FromRow, Stated
from computefactory.units import One

OF_CHAIN = FromRow("electrical", "=redundancy")


@dataclass(frozen=True, slots=True)
class Electrical:
    """The chain external to the IT equipment (ISO/IEC 30134-2)."""

    transformer: Annotated[One, Doc("Efficiency of the transformer."), Stated(), OF_CHAIN]
    ups: Annotated[One, Doc("Efficiency of the UPS at and above half load."), Stated(), OF_CHAIN]
    ups_no_load: Annotated[
        One,
        Doc("Loss of the UPS at no load, share of its rating."),
        Stated(),
        OF_CHAIN,
    ]
    distribution: Annotated[One, Doc("Efficiency of the distribution."), Stated(), OF_CHAIN]
    power_factor: Annotated[One, Doc("Power factor."), Stated(), OF_CHAIN]
    redundancy_modules: Annotated[
        One,
        Doc("UPS rating / design IT (2 for 2N): part load of each module is load / this."),
        Stated(),
        OF_CHAIN,
    ]
    transformer_no_load: Annotated[
        One,
        Doc("Share of the loss at design load that is there at no load; nan: one efficiency at all loads."),
        Stated(),
        OF_CHAIN,
    ] = float("nan")
    provisioning: Annotated[
        One,
        Doc("Rack power that is provided for / design rack power."),
        Stated(),
        OF_CHAIN,
    ] = 1.0
