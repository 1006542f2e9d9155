"""Accelerator systems as racked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from computefactory.records import Absent, Called, Doc, FromRow, Stated
from computefactory.units import Celsius, Count, Gbps, Kilogram, Kw, KwPerAccelerator, One, SquareMetre, Tflops

OF_SYSTEM = FromRow("system", "=system")


@dataclass(frozen=True, slots=True)
class Silicon:
    """Accelerator systems as racked."""

    system: Annotated[str, Doc("The system as racked."), Stated()]
    accelerators: Annotated[Count, Doc("Accelerators installed."), Stated()]
    available: Annotated[
        Count,
        Doc("What the vendor can deliver."),
        Stated(),
        Absent(float("nan"), "no limit of the vendor is stated"),
    ]
    spares: Annotated[
        Count,
        Doc("Accelerators that stand in for others."),
        Stated("spares_in_rack", "spares_of_racks", ("accelerators", "accelerators_per_rack")),
        Stated(),
        FromRow("silicon", "default"),
    ]
    spares_in_rack: Annotated[
        Count,
        Doc("Spares of each rack, standing in for that rack only."),
        Stated(),
        Absent(0.0, "spares serve the whole site"),
    ]
    accelerators_per_node: Annotated[
        Count,
        Doc("The unit that fails together in the failure statistics."),
        Stated(),
        OF_SYSTEM,
    ]
    accelerators_per_rack: Annotated[Count, Doc("Accelerators of a rack."), Stated(), OF_SYSTEM]
    rack_power: Annotated[Kw, Doc("Design power of a rack."), Stated(), OF_SYSTEM]
    rack_mass: Annotated[Kilogram, Doc("Mass of a rack."), Stated(), OF_SYSTEM]
    rack_area: Annotated[
        SquareMetre,
        Doc("Floor that bears a rack: its own and half of the aisles."),
        Stated(),
        FromRow("layout", "default"),
    ]
    utilisation: Annotated[
        One,
        Doc("Mean IT draw / design draw."),
        Called("draw_share"),
        Stated(),
        OF_SYSTEM,
    ]
    liquid_fraction: Annotated[One, Doc("Share of rack heat into liquid."), Stated(), OF_SYSTEM]
    support_power: Annotated[
        KwPerAccelerator,
        Doc("Design power of storage, management and head nodes, per accelerator."),
        Stated(),
        OF_SYSTEM,
    ]
    noncompute_share: Annotated[
        One,
        Doc("Share of IT power in server fans and PSU losses (TUE)."),
        Stated(),
        OF_SYSTEM,
    ]
    coolant_limit: Annotated[
        Celsius,
        Doc("Highest supply temperature the silicon accepts (liquid)."),
        Stated(),
        OF_SYSTEM,
    ]
    inlet_limit: Annotated[Celsius, Doc("Highest inlet air temperature."), Stated(), OF_SYSTEM]
    scale_up_domain: Annotated[Count, Doc("Accelerators of a scale-up domain."), Stated(), OF_SYSTEM]
    scale_up_bandwidth: Annotated[
        Gbps,
        Doc("Of an accelerator inside its domain, both ways together."),
        Stated(),
        OF_SYSTEM,
    ]
    bf16_dense: Annotated[Tflops, Doc("Dense BF16 rate of an accelerator."), Stated(), OF_SYSTEM]
    nic_rate: Annotated[Gbps, Doc("Scale-out bandwidth per accelerator."), Stated(), OF_SYSTEM]
    mfu: Annotated[One, Doc("Model FLOP utilisation in training."), Stated(), OF_SYSTEM]
