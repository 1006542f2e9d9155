"""The two EnergyPlus models as epJSON objects."""

from __future__ import annotations

from typing import Any

from computefactory.plant.inputs.cooling import Cooling

__all__ = ["IT", "base", "hall", "loop"]

IT = 100_000.0  # W
STEPS = 1  # an hour: both engines then see the file's hours, not straight lines between them


def base(variables: tuple[str, ...]) -> dict[str, Any]:
    """What every model needs."""
    return {
        "Version": {"V": {"version_identifier": "25.2"}},
        "SimulationControl": {
            "S": {
                "do_zone_sizing_calculation": "No",
                "do_system_sizing_calculation": "No",
                "do_plant_sizing_calculation": "No",
                "run_simulation_for_sizing_periods": "No",
                "run_simulation_for_weather_file_run_periods": "Yes",
            }
        },
        "Building": {"B": {"solar_distribution": "MinimalShadowing", "terrain": "City"}},
        "Timestep": {"T": {"number_of_timesteps_per_hour": STEPS}},
        "GlobalGeometryRules": {
            "G": {
                "starting_vertex_position": "UpperLeftCorner",
                "vertex_entry_direction": "Counterclockwise",
                "coordinate_system": "Relative",
            }
        },
        "RunPeriod": {
            "Year": {
                "begin_month": 1,
                "begin_day_of_month": 1,
                "end_month": 12,
                "end_day_of_month": 31,
                "day_of_week_for_start_day": "Monday",
                "use_weather_file_daylight_saving_period": "No",
                "use_weather_file_holidays_and_special_days": "No",
            }
        },
        "Output:SQLite": {"O": {"option_type": "Simple"}},
        "Output:Variable": {
            f"V{k}": {"key_value": "*", "variable_name": name, "reporting_frequency": "Hourly"}
            for k, name in enumerate(variables)
        },
    }


def _constant(name: str, value: float) -> dict[str, Any]:
    return {name: {"hourly_value": value}}


def _surfaces() -> dict[str, Any]:
    """A closed box whose sides pass no heat."""
    box = [(0, 0), (10, 0), (10, 10), (0, 10)]
    sides = [
        ("Floor", "Floor", [(*point, 0) for point in box[::-1]]),
        ("Roof", "Roof", [(*point, 4) for point in box]),
        *(
            (f"Wall{k}", "Wall", [(*box[k], 4), (*box[k], 0), (*box[(k + 1) % 4], 0), (*box[(k + 1) % 4], 4)])
            for k in range(4)
        ),
    ]
    return {
        name: {
            "surface_type": kind,
            "construction_name": "Wall",
            "zone_name": "Hall",
            "outside_boundary_condition": "Adiabatic",
            "sun_exposure": "NoSun",
            "wind_exposure": "NoWind",
            "vertices": [
                {"vertex_x_coordinate": x, "vertex_y_coordinate": y, "vertex_z_coordinate": z} for x, y, z in points
            ],
        }
        for name, kind, points in sides
    }


def hall(cooling: Cooling, heat: float, volume: float) -> dict[str, Any]:
    """A zone without outside surfaces; ideal supply air at one temperature with an economiser on dry bulb."""
    back = cooling.air_supply + cooling.air_rise
    return {
        "ScheduleTypeLimits": {"Any": {}},
        "Schedule:Constant": {
            **_constant("On", 1.0),
            **_constant("Back", back),
            **_constant("Cold", -60.0),
            **_constant("Kind", 4.0),
        },
        "Material:NoMass": {"Light": {"roughness": "Smooth", "thermal_resistance": 1000.0}},
        "Construction": {"Wall": {"outside_layer": "Light"}},
        "Zone": {"Hall": {}},
        "BuildingSurface:Detailed": _surfaces(),
        "ElectricEquipment": {
            "IT": {
                "zone_or_zonelist_or_space_or_spacelist_name": "Hall",
                "schedule_name": "On",
                "design_level_calculation_method": "EquipmentLevel",
                "design_level": heat,
                "fraction_radiant": 0.0,
            }
        },
        "ZoneHVAC:EquipmentConnections": {
            "E": {
                "zone_name": "Hall",
                "zone_conditioning_equipment_list_name": "List",
                "zone_air_inlet_node_or_nodelist_name": "Supply",
                "zone_air_node_name": "Air",
                "zone_return_air_node_or_nodelist_name": "Return",
            }
        },
        "ZoneHVAC:EquipmentList": {
            "List": {
                "equipment": [
                    {
                        "zone_equipment_object_type": "ZoneHVAC:IdealLoadsAirSystem",
                        "zone_equipment_name": "Ideal",
                        "zone_equipment_cooling_sequence": 1,
                        "zone_equipment_heating_or_no_load_sequence": 1,
                    }
                ]
            }
        },
        "DesignSpecification:OutdoorAir": {
            "None": {"outdoor_air_method": "Flow/Zone", "outdoor_air_flow_per_zone": 0.001}
        },
        "ZoneHVAC:IdealLoadsAirSystem": {
            "Ideal": {
                "zone_supply_air_node_name": "Supply",
                "maximum_heating_supply_air_temperature": back + 10,
                "minimum_cooling_supply_air_temperature": cooling.air_supply,
                "maximum_heating_supply_air_humidity_ratio": 0.1,
                "minimum_cooling_supply_air_humidity_ratio": 0.00001,
                "dehumidification_control_type": "None",
                "humidification_control_type": "None",
                "design_specification_outdoor_air_object_name": "None",
                "cooling_limit": "LimitFlowRate",
                "maximum_cooling_air_flow_rate": volume,
                "outdoor_air_economizer_type": "DifferentialDryBulb",
            }
        },
        "ZoneControl:Thermostat": {
            "Control": {
                "zone_or_zonelist_name": "Hall",
                "control_type_schedule_name": "Kind",
                "control_1_object_type": "ThermostatSetpoint:DualSetpoint",
                "control_1_name": "Both",
            }
        },
        "ThermostatSetpoint:DualSetpoint": {
            "Both": {
                "heating_setpoint_temperature_schedule_name": "Cold",
                "cooling_setpoint_temperature_schedule_name": "Back",
            }
        },
    }


def loop(cooling: Cooling, design: float) -> dict[str, Any]:
    """A constant heat load, a pump and dry coolers (``FluidCooler:TwoSpeed``) on one plant loop."""
    supply = cooling.liquid_supply - cooling.cdu_approach
    hot = supply - cooling.dry_cooler_approach
    flow = design * IT / (4.18e6 * cooling.water_rise)  # m3/s
    fan = cooling.heat_rejection_fan * design * IT
    air_volume = design * IT / (1006 * cooling.rejection_air_rise * 1.15)
    branch = {
        "Pumped": ("Pump:VariableSpeed", "Pump", "In", "Middle"),
        "Cooled": ("FluidCooler:TwoSpeed", "Cooler", "Middle", "Out"),
        "Load": ("LoadProfile:Plant", "Heat", "Warm In", "Warm Out"),
    }

    def pipe(kind: str, name: str, first: str, last: str) -> dict[str, Any]:
        return {
            "component_object_type": kind,
            "component_name": name,
            "component_inlet_node_name": first,
            "component_outlet_node_name": last,
        }

    return {
        "ScheduleTypeLimits": {"Any": {}},
        "Schedule:Constant": {
            **_constant("On", 1.0),
            **_constant("Watt", -design * IT),
            **_constant("Supply", supply),
        },
        "LoadProfile:Plant": {
            "Heat": {
                "inlet_node_name": "Warm In",
                "outlet_node_name": "Warm Out",
                "load_schedule_name": "Watt",
                "peak_flow_rate": flow,
                "flow_rate_fraction_schedule_name": "On",
            }
        },
        "Pump:VariableSpeed": {
            "Pump": {
                "inlet_node_name": "In",
                "outlet_node_name": "Middle",
                "design_maximum_flow_rate": flow,
                "design_pump_head": 1.0,
                "design_power_consumption": 1.0,
                "motor_efficiency": 1.0,
                "fraction_of_motor_inefficiencies_to_fluid_stream": 0.0,
                "coefficient_1_of_the_part_load_performance_curve": 0.0,
                "coefficient_2_of_the_part_load_performance_curve": 1.0,
                "pump_control_type": "Continuous",
            }
        },
        "FluidCooler:TwoSpeed": {
            "Cooler": {
                "water_inlet_node_name": "Middle",
                "water_outlet_node_name": "Out",
                "performance_input_method": "NominalCapacity",
                "high_speed_nominal_capacity": design * IT,
                "low_speed_nominal_capacity": design * IT / 2,  # flow ~ heat, as our engine has it
                "design_entering_water_temperature": supply + cooling.water_rise,
                "design_entering_air_temperature": hot,
                "design_entering_air_wet_bulb_temperature": hot - 10,
                "design_water_flow_rate": flow,
                "high_fan_speed_air_flow_rate": air_volume,
                "high_fan_speed_fan_power": fan,
                "low_fan_speed_air_flow_rate": air_volume / 2,
                "low_fan_speed_fan_power": fan / 8,
            }
        },
        "Branch": {
            "Load": {"components": [pipe(*branch["Load"])]},
            "Supply": {"components": [pipe(*branch["Pumped"]), pipe(*branch["Cooled"])]},
        },
        **_plant(flow),
    }


def _plant(flow: float) -> dict[str, Any]:
    """The loop around the components: one branch a side."""
    return {
        "PlantLoop": {
            "Loop": {
                "fluid_type": "Water",
                "plant_equipment_operation_scheme_name": "Schemes",
                "loop_temperature_setpoint_node_name": "Out",
                "maximum_loop_temperature": 99.0,
                "minimum_loop_temperature": 1.0,
                "maximum_loop_flow_rate": flow,
                "minimum_loop_flow_rate": 0.0,
                "plant_loop_volume": 0.5,
                "plant_side_inlet_node_name": "In",
                "plant_side_outlet_node_name": "Out",
                "plant_side_branch_list_name": "Supply Branches",
                "demand_side_inlet_node_name": "Warm In",
                "demand_side_outlet_node_name": "Warm Out",
                "demand_side_branch_list_name": "Demand Branches",
            }
        },
        "BranchList": {
            "Supply Branches": {"branches": [{"branch_name": "Supply"}]},
            "Demand Branches": {"branches": [{"branch_name": "Load"}]},
        },
        "PlantEquipmentOperationSchemes": {
            "Schemes": {
                "control_scheme_1_object_type": "PlantEquipmentOperation:CoolingLoad",
                "control_scheme_1_name": "Scheme",
                "control_scheme_1_schedule_name": "On",
            }
        },
        "PlantEquipmentOperation:CoolingLoad": {
            "Scheme": {
                "load_range_1_lower_limit": 0.0,
                "load_range_1_upper_limit": 1e9,
                "range_1_equipment_list_name": "Coolers",
            }
        },
        "PlantEquipmentList": {
            "Coolers": {"equipment": [{"equipment_object_type": "FluidCooler:TwoSpeed", "equipment_name": "Cooler"}]}
        },
        "SetpointManager:Scheduled": {
            "At": {
                "control_variable": "Temperature",
                "schedule_name": "Supply",
                "setpoint_node_or_nodelist_name": "Out",
            }
        },
    }
