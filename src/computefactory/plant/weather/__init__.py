"""A year of outdoor air: from a file of a weather station, or from PVGIS."""
