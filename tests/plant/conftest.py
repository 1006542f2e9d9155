"""Two plants written by hand: a liquid-cooled campus in Childress TX and an air-cooled hall in Dallas TX.

Climate normals, racks and component ranges are rows of the reference facts; the rest are round numbers for tests.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from computefactory import plant, steps
from computefactory.plant.inputs import (
    Cooling,
    Electrical,
    Hall,
    Interconnection,
    Network,
    Phase,
    Plant,
    Reliability,
    Shortage,
    Silicon,
    Site,
    Supply,
)
from computefactory.plant.inputs.phases import NEVER
from computefactory.timeline import Timeline, month_number

NAN = float("nan")

CHILDRESS = Site(
    place="Childress TX",
    country="United States",
    region="US-TX",
    latitude=34.43,
    elevation=594.0,
    drybulb_mean=(4.8, 7.0, 11.8, 16.5, 21.6, 26.4, 28.8, 28.0, 23.6, 17.2, 10.4, 5.2),
    drybulb_max=(12.0, 14.3, 19.4, 24.3, 28.8, 33.4, 35.7, 35.0, 30.6, 24.5, 17.5, 12.1),
    drybulb_min=(-2.3, -0.4, 4.2, 8.7, 14.4, 19.5, 21.8, 21.0, 16.6, 10.0, 3.3, -1.6),
    relative_humidity=(0.60, 0.59, 0.55, 0.54, 0.60, 0.58, 0.53, 0.55, 0.59, 0.60, 0.60, 0.62),
    extreme_margin=3.0,
    anomaly_floor=0.94,
    anomaly_range=0.061,
    anomaly_season=0.092,
    persistence=0.66,
    dew_limit=15.0,
    hours=None,
)
DALLAS = replace(
    CHILDRESS,
    place="Dallas TX",
    latitude=32.794,
    elevation=142.0,
    drybulb_mean=(8.5, 9.4, 15.7, 18.7, 23.2, 27.9, 30.1, 30.8, 26.4, 21.2, 14.5, 11.6),
    drybulb_max=(13.9, 15.2, 21.4, 24.1, 28.3, 32.9, 35.2, 36.0, 31.8, 26.9, 19.7, 16.8),
    drybulb_min=(3.7, 4.2, 10.5, 13.5, 18.7, 23.1, 25.4, 25.8, 21.6, 15.9, 9.8, 7.0),
    relative_humidity=(0.654, 0.661, 0.670, 0.665, 0.735, 0.674, 0.610, 0.555, 0.603, 0.574, 0.683, 0.689),
)
LIQUID = Cooling(
    architecture="direct_to_chip_chiller_trim",
    rack_limit=250.0,
    liquid_supply=34.0,
    air_supply=27.0,
    chilled_water=20.0,
    dry_cooler_approach=8.0,
    cdu_approach=4.0,
    coil_approach=6.0,
    tower_approach=4.5,
    condenser_rise=12.5,
    water_rise=7.5,
    carnot_fraction=0.51,
    cop_max=15.0,
    water_cooled=0.0,
    fan_pressure=500.0,
    fan_efficiency=0.65,
    density_exponent=2.0,
    sensible_heat_ratio=1.0,
    humidifier_power=1.1,
    air_rise=12.0,
    heat_rejection_fan=0.02,
    pump_power=0.022,
    cycles_of_concentration=5.0,
    drift=0.01,
    lighting=0.01,
    exchanger_approach=1.7,
    adiabatic_approach=3.0,
    rejection_air_rise=10.0,
    dew_low=-9.0,
    dew_high=15.0,
    humidity_low=0.08,
    humidity_high=0.7,
    immersion_capture=0.98,
    chiller_modules=4.0,
    water_volume=8.0,
    chiller=None,
)
AIR = replace(
    LIQUID,
    architecture="air_chiller",
    rack_limit=20.0,
    air_supply=24.0,
    chilled_water=12.0,
    fan_pressure=700.0,
    fan_efficiency=0.6,
    heat_rejection_fan=0.025,
    pump_power=0.025,
)
SUPPLY = Supply(0.034, 3.5, 0.0, 0.8, 0.0, 0.0)
RELIABILITY = Reliability(
    failures=0.00379 / 24,
    repair=24.0,
    facility=0.9995,
    fabric=0.999,
    planned=0.005,
    least_believed=0.9,
    job=8192.0,
    shrinks=1.0,
    interval=NAN,
    checkpoint_write=20 / 3600,
    restart=0.2,
    detect=0.25,
)
NETWORK = Network(
    fabric="rail_optimised",
    oversubscription=1.0,
    core_oversubscription=1.0,
    pod=NAN,
    rails=4.0,
    switch="Quantum-X800 Q3400",
    switch_radix=144.0,
    port_rate=800.0,
    switch_power=3.0,
    transceiver_power=0.016,
    switch_price=120000.0,
    transceiver_price=1250.0,
    fibre_price=100.0,
    copper_price=250.0,
    copper_share=0.0,
    nic_price=1800.0,
    included=1.0,
    scale_up_module_rate=1600.0,
    scale_up_module_power=0.03,
    scale_up_module_price=850.0,
)


NO_LEASE = (NEVER, NEVER, NEVER)


@pytest.fixture(scope="session")
def timeline() -> Timeline:
    return Timeline(month_number("2025-09"), 28)


@pytest.fixture(scope="session")
def campus() -> Plant:
    return Plant(
        workload="training",
        site=CHILDRESS,
        interconnection=Interconnection(750e3, 300e3, 750e3, 138.0, "energised", 1.0),
        phases=tuple(
            Phase(name, 75e3, 0.25, 0.25, 0.25, month, month, month, *NO_LEASE)
            for name, month in (("2026-03", 6.0), ("2026-06", 9.0), ("2026-09", 12.0), ("2026-12", 15.0))
        ),
        supply=SUPPLY,
        silicon=Silicon(
            system="GB300 NVL72",
            accelerators=76000.0,
            available=NAN,
            spares=0.0,
            spares_in_rack=0.0,
            accelerators_per_node=8.0,
            accelerators_per_rack=72.0,
            rack_power=135.0,
            rack_mass=1360.0,
            rack_area=1.8,
            utilisation=0.8,
            liquid_fraction=0.85,
            support_power=0.12,
            noncompute_share=0.06,
            coolant_limit=45.0,
            inlet_limit=35.0,
            scale_up_domain=72.0,
            scale_up_bandwidth=14400.0,
            bf16_dense=2500.0,
            nic_rate=800.0,
            mfu=0.4,
        ),
        halls=(Hall("horizon", LIQUID.architecture, "construction", 200e3, 200.0, 1056.0, 135.0, NAN, NAN, NAN, NAN),),
        cooling=(LIQUID,),
        electrical=Electrical(0.99, 0.965, 0.01, 0.985, 0.95, 1.33),
        network=NETWORK,
        reliability=RELIABILITY,
        sources=(),
        shortage=Shortage(0.0, 2.0),
        hall_cost=15000.0,
    )


@pytest.fixture(scope="session")
def hall(campus: Plant) -> Plant:
    """Dallas, 8 MW, one HGX H100 server a rack."""
    return replace(
        campus,
        site=DALLAS,
        interconnection=Interconnection(14e3, 14e3, 14e3, 25.0, "energised", 0.0),
        phases=(Phase("2026-03", 14e3, 1.0, 1.0, 1.0, 6.0, 6.0, 6.0, *NO_LEASE),),
        silicon=replace(
            campus.silicon,
            system="HGX H100",
            accelerators=3200.0,
            accelerators_per_rack=8.0,
            rack_power=10.2,
            liquid_fraction=0.0,
            noncompute_share=0.15,
            scale_up_domain=8.0,
            scale_up_bandwidth=7200.0,
            bf16_dense=989.0,
            nic_rate=400.0,
        ),
        halls=(Hall("dallas", AIR.architecture, "none", 8e3, 12.0, 400.0, 10.2, 700.0, 2000.0, 4000.0, NAN),),
        cooling=(AIR,),
        electrical=replace(campus.electrical, ups=0.94, ups_no_load=0.02, redundancy_modules=1.2),
        network=replace(NETWORK, rails=8.0, switch_radix=64.0, port_rate=400.0),
    )


def chain_of(site: Plant, timeline: Timeline, leased_power: float = 0.0) -> dict[str, object]:
    """Every step of the plant by name."""
    inputs = {name: getattr(site, name) for name in site.__slots__}
    return steps.run(plant.STEPS, {**inputs, "timeline": timeline, "leased_power": leased_power})


@pytest.fixture(scope="session")
def run():
    return chain_of
