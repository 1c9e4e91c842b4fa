"""Units of the pipelines, without Dagster."""
